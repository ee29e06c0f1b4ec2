// Follow the Airflow page around this one: its theme, its language, its time zone. The pages work
// without this script: then they follow the browser.
(() => {
  "use strict";
  const root = document.documentElement;

  const read = (name) => {
    try {
      const value = window.localStorage.getItem(name);
      return value && value.startsWith('"') ? JSON.parse(value) : value;
    } catch {
      return null;
    }
  };

  const host = () => {
    try {
      return window.parent === window ? null : window.parent.document.documentElement;
    } catch {
      return null;
    }
  };

  const followTheme = () => {
    const outer = host();
    const theme = outer && ["dark", "light"].find((name) => outer.classList.contains(name));
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  followTheme();
  const outer = host();
  if (outer) new MutationObserver(followTheme).observe(outer, { attributeFilter: ["class"] });

  const outerLanguage = outer && outer.lang ? (outer.lang.startsWith("zh") ? "zh" : "en") : null;
  const isChosen = /(?:^|; )hub_language=/.test(document.cookie);
  if (outerLanguage && !isChosen && !root.lang.startsWith(outerLanguage)) {
    const address = new URL(window.location.href);
    if (!address.searchParams.has("lang")) {
      address.searchParams.set("lang", outerLanguage);
      window.location.replace(address);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const timeZone = read("timezone") || undefined;
    const options = { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone };
    let format;
    try {
      format = new Intl.DateTimeFormat(root.lang, options);
    } catch {
      return;
    }
    for (const time of document.querySelectorAll("time[datetime]")) {
      time.title = time.textContent;
      time.textContent = format.format(new Date(time.dateTime));
    }
  });
})();
