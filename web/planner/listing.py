"""The exams, month by month."""

from flask import Blueprint, render_template, request

from kb.db import reading
from quiz.exams.marking import count_waiting
from quiz.exams.planning import exams as all_exams
from quiz.exams.turnout import sums
from quiz.statistics.period import is_month
from web import params
from web.planner.surroundings import this_month
from web.wiring import services

MOST = 60


def add_to(blueprint: Blueprint) -> None:
    """Add the route of the list."""
    blueprint.add_url_rule("/planner", view_func=exams)


def exams() -> str:
    """Every exam, or those of a month, with how many sat them."""
    month = params.text(request.args, "month")
    month = month if is_month(month) else ""
    with reading(services().engine) as db:
        every = all_exams(db)
        found = [exam for exam in every if not month or exam.month == month][:MOST]
        sat, waiting = sums(db, [exam.id for exam in found]), count_waiting(db)
    months = sorted({exam.month for exam in every}, reverse=True)
    return render_template("planner/list.html", exams=found, sat=sat, waiting=waiting, months=months, month=month, now_month=this_month())
