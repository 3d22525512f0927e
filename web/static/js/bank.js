// The list of the bank: one box ticks every question of the page.
const all = document.querySelector('[data-all]');
if (all) {
  const boxes = [...document.querySelectorAll('.bank [name="id"]')];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.closest('label').hidden = false;
  all.addEventListener('change', () => { for (const box of boxes) box.checked = all.checked; });
  for (const box of boxes) box.addEventListener('change', show);
  show();
}
