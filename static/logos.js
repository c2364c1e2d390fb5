// A logo that does not come leaves the first letter of its channel.

export function prepare(region) {
  for (const logo of region.querySelectorAll("[data-iptv-logo]")) {
    const give = () => logo.replaceWith(logo.dataset.iptvLogo);
    if (logo.complete && logo.src && logo.naturalWidth === 0) give();
    else logo.addEventListener("error", give);
  }
}
