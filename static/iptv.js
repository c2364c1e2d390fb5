// What a browser adds to the pages of Flask-IPTV; without it everything still works.

const root = document.querySelector(".iptv");
root.classList.add("iptv-has-script");

// Copy what is in a field, and say so on the button for a moment.
async function copy(field) {
  field.select();
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand("copy"); // Plain HTTP has no clipboard API.
}

for (const button of root.querySelectorAll("[data-iptv-copy]")) {
  const words = button.querySelector("[data-iptv-said]");
  const before = words.textContent;
  words.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await copy(document.getElementById(button.dataset.iptvCopy));
    words.textContent = words.dataset.iptvSaid;
    setTimeout(() => (words.textContent = before), 2000);
  });
}

for (const field of root.querySelectorAll("[data-iptv-copyable]")) {
  field.addEventListener("click", () => field.select());
}

// Search in a list of tick boxes.
for (const list of root.querySelectorAll("[data-iptv-ticks]")) {
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
    said.textContent = `${ticked.toLocaleString("en")} of ${rows.length.toLocaleString("en")} ticked`;
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

// A logo that does not come leaves the first letter of its channel.
for (const logo of root.querySelectorAll("[data-iptv-logo]")) {
  const give = () => logo.replaceWith(logo.dataset.iptvLogo);
  if (logo.complete && logo.src && logo.naturalWidth === 0) give();
  else logo.addEventListener("error", give);
}
