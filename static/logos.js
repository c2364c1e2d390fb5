// The picture of a channel covers the letter below it; one that does not come goes.

export function prepare(region) {
  for (const logo of region.querySelectorAll("[data-iptv-logo]")) {
    const cover = () => logo.parentElement.classList.add("iptv-came");
    if (!logo.complete) {
      logo.addEventListener("load", cover);
      logo.addEventListener("error", () => logo.remove());
    } else if (logo.naturalWidth === 0) logo.remove();
    else cover();
  }
}
