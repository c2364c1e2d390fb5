// Ticking users in the list: all of a page by one click, and how many are ticked.

const root = document.querySelector(".iptv");
root.addEventListener("iptv:renewed", prepare);
prepare();

function prepare() {
  const form = document.getElementById("iptv-bulk");
  if (!form) return;
  const every = form.querySelector("[data-iptv-tick-all]");
  const said = form.querySelector("[data-iptv-number]");
  const boxes = [...form.elements].filter((field) => field.name === "user");

  const count = () => {
    const number = boxes.filter((box) => box.checked).length;
    every.checked = number > 0 && number === boxes.length;
    every.indeterminate = number > 0 && number < boxes.length;
    said.textContent = number
      ? form.dataset.iptvTicked.replace("{number}", number.toLocaleString(root.lang))
      : form.dataset.iptvNone;
    form.classList.toggle("iptv-held", number > 0 || Boolean(form.elements.all?.checked));
  };

  every.addEventListener("change", () => {
    for (const box of boxes) box.checked = every.checked;
    count();
  });
  form.elements.all?.addEventListener("change", count);
  boxes.forEach((box) => box.addEventListener("change", count));
  count();
}
