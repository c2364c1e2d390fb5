// Searching in a list of tick boxes.

export function prepare(region) {
  for (const list of region.querySelectorAll("[data-iptv-ticks]")) prepareList(list);
}

function prepareList(list) {
  const search = list.querySelector("input[type=search]");
  const only = list.querySelector("[data-iptv-ticked]");
  const said = list.querySelector("output");
  const rows = [...list.querySelectorAll(".iptv-ticks-list label")].map((label) => ({
    label,
    box: label.querySelector("input"),
    text: label.textContent.toLowerCase(),
  }));

  const count = () => {
    const ticked = rows.filter((row) => row.box.checked).length;
    const language = list.closest("[lang]").lang;
    said.textContent = said.dataset.iptvWords
      .replace("{ticked}", ticked.toLocaleString(language))
      .replace("{all}", rows.length.toLocaleString(language));
  };
  const narrow = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const { label, box, text } of rows) {
      label.hidden = !text.includes(wanted) || (only.checked && !box.checked);
    }
  };

  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // It would send the form.
  });
  only.addEventListener("change", narrow);
  list.addEventListener("change", count);
  count();
}
