// Ticking rows of a list: all of a page by one click, and how many are ticked.

const root = document.querySelector(".iptv");
const bar = () => document.getElementById("iptv-bulk");
root.addEventListener("iptv:renewed", prepare);
// To who comes back the browser gives the ticks back, which may be after this ran first.
addEventListener("pageshow", () => bar()?.dispatchEvent(new Event("iptv:count")));
prepare();

function prepare() {
  const form = bar();
  if (!form) return;
  const every = form.querySelector("[data-iptv-tick-all]");
  const said = form.querySelector("[data-iptv-number]");
  const all = form.elements.all;
  const boxes = [...form.elements].filter((field) => field.closest(".iptv-pick"));
  let ticked = []; // By hand, before all that match were chosen.

  const words = (number) => {
    if (all?.checked) return form.dataset.iptvAll;
    if (!number) return form.dataset.iptvNone;
    return form.dataset.iptvTicked.replace("{number}", number.toLocaleString(root.lang));
  };
  const count = () => {
    const isAll = Boolean(all?.checked);
    const number = boxes.filter((box) => box.checked).length;
    every.disabled = isAll;
    every.checked = number > 0 && number === boxes.length;
    every.indeterminate = number > 0 && number < boxes.length;
    said.textContent = words(number);
    form.classList.toggle("iptv-held", number > 0 || isAll);
  };
  // What all of them are is for the list to say, too; the form then sends no single one.
  const choose = () => {
    const isAll = Boolean(all?.checked);
    if (isAll && !boxes[0]?.disabled) ticked = boxes.filter((box) => box.checked);
    const wasAll = boxes[0]?.disabled;
    for (const box of boxes) {
      if (isAll) box.checked = true;
      else if (wasAll) box.checked = ticked.includes(box);
      box.disabled = isAll;
    }
    count();
  };

  every.addEventListener("change", () => {
    for (const box of boxes) box.checked = every.checked;
    count();
  });
  all?.addEventListener("change", choose);
  boxes.forEach((box) => box.addEventListener("change", count));
  form.addEventListener("iptv:count", choose);
  choose();
}
