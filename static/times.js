// Times are sent in UTC, which everybody can read; here they become those of the reader's clock.

const pad = (number) => String(number).padStart(2, "0");
const day = (moment) =>
  `${moment.getFullYear()}-${pad(moment.getMonth() + 1)}-${pad(moment.getDate())}`;
const clock = (moment) => `${pad(moment.getHours())}:${pad(moment.getMinutes())}`;

const FORMATS = {
  moment: (moment) => `${day(moment)} ${clock(moment)}`,
  day,
  time: clock,
};

// A <time datetime> or, in a plot, a text with data-iptv-time; data-iptv-format says how much of it.
export function prepare(region) {
  for (const element of region.querySelectorAll("time[datetime], [data-iptv-time]")) {
    const moment = new Date(element.dataset.iptvTime ?? element.dateTime);
    if (Number.isNaN(moment.getTime()) || element.dataset.iptvUtc) continue;
    const utc = element.textContent.trim();
    element.dataset.iptvUtc = utc;
    element.textContent = FORMATS[element.dataset.iptvFormat ?? "moment"](moment);
    if (element.localName === "time") element.title = utc;
  }
}
