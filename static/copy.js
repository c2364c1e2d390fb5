// Copying what is in a field, and saying so on the button for a moment.

async function copy(field) {
  field.select();
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand("copy"); // Plain HTTP has no clipboard API.
}

export function prepare(region) {
  for (const button of region.querySelectorAll("[data-iptv-copy]")) {
    const words = button.querySelector("[data-iptv-said]");
    const before = words.textContent;
    words.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await copy(document.getElementById(button.dataset.iptvCopy));
      words.textContent = words.dataset.iptvSaid;
      setTimeout(() => (words.textContent = before), 2000);
    });
  }
  for (const field of region.querySelectorAll("[data-iptv-copyable]")) {
    field.addEventListener("click", () => field.select());
  }
}
