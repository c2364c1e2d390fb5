// Fields for a time have it in UTC, and are sent so; here they show the time of the reader's clock.

// What each field was sent with, and what it showed of that.
const given = new WeakMap();

export function prepare(region) {
  for (const field of region.querySelectorAll("[data-iptv-time-field] > input")) {
    if (given.has(field)) continue;
    const utc = field.value;
    const moment = field.valueAsNumber;
    if (!Number.isNaN(moment)) field.valueAsNumber = onClock(moment);
    given.set(field, { utc, shown: field.value });
    const around = field.closest("[data-iptv-time-field]");
    const label = around.querySelector("[data-iptv-label]");
    label.textContent = label.dataset.iptvLabel;
    field.addEventListener("input", () => tell(field, around));
    tell(field, around);
  }
}

// Also a script that reads a form gets what the server is to get.
export function sending(root) {
  root.addEventListener("formdata", (event) => {
    for (const field of event.target.elements) {
      if (given.has(field) && !field.disabled) event.formData.set(field.name, inUTC(field));
    }
  });
}

function inUTC(field) {
  const { utc, shown } = given.get(field);
  // Of an hour that comes twice in autumn, what was not touched stays the one that it was.
  if (field.value === shown) return utc;
  const moment = fromClock(field.valueAsNumber);
  return Number.isNaN(moment) ? field.value : new Date(moment).toISOString().replace(/:00\.000Z$|Z$/, "");
}

function tell(field, around) {
  const hint = around.querySelector("[data-iptv-in-utc]");
  const utc = inUTC(field);
  hint.textContent = utc && hint.dataset.iptvInUtc.replace("{time}", utc.replace("T", " "));
}

// A field counts its time in milliseconds as if it were UTC.
function onClock(moment) {
  return moment - new Date(moment).getTimezoneOffset() * 60_000;
}

function fromClock(number) {
  const read = new Date(number);
  const moment = new Date(0);
  moment.setFullYear(read.getUTCFullYear(), read.getUTCMonth(), read.getUTCDate());
  moment.setHours(read.getUTCHours(), read.getUTCMinutes(), read.getUTCSeconds(), 0);
  return moment.getTime();
}
