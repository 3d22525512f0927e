"""Recording a published file in the git history of the content folder, without a git program."""

import logging
from collections.abc import Sequence
from pathlib import Path

_log = logging.getLogger(__name__)
_MAIL = "hallwise.invalid"


def commit_files(content: Path, paths: Sequence[str], actor: str, message: str) -> str:
    """Commit these files below the content folder, and nothing else that is staged or changed; the id of the commit.

    "" where the folder is in no work tree, and where git's files are in a state that does not allow it: the entry is published all the same, and the
    log says why.
    """
    # Imported here: only publishing needs it.
    from dulwich.errors import NotGitRepository
    from dulwich.repo import Repo

    try:
        repo = Repo.discover(str(content.resolve()))
    except (NotGitRepository, OSError):
        return ""
    try:
        with repo:
            return _commit(repo, content.resolve(), paths, actor, message)
    except Exception:  # noqa: BLE001  # whatever git's files are like, the entry is published
        _log.exception("the change was published but could not be committed")
        return ""


def _commit(repo: "Repo", content: Path, paths: Sequence[str], actor: str, message: str) -> str:  # type: ignore[name-defined]  # noqa: F821
    # Imported here: see above.
    from dulwich.object_store import commit_tree_changes
    from dulwich.objects import Tree

    below = content.relative_to(Path(repo.path).resolve())
    names = [(below / path).as_posix() for path in paths]
    worktree = repo.get_worktree()
    worktree.stage(names)
    index = repo.open_index()
    blobs = [(name.encode(), index[name.encode()].mode, index[name.encode()].sha) for name in names]
    try:
        tree = repo[repo[repo.head()].tree]
    except KeyError:  # nothing was ever committed
        tree = Tree()
        repo.object_store.add_object(tree)
    changed = commit_tree_changes(repo.object_store, tree.id, blobs)
    who = f"{actor} <{actor}@{_MAIL}>".encode()
    made = worktree.commit(message=message.encode(), author=who, committer=who, tree=changed, no_verify=True, sign=False)
    return str(made.decode())
