/// The script of a page: values at the pointer, and curves shown or hidden from the legend.
///
/// A page reads the same without it, and it asks nothing of the network.
enum PageScript {
  static let text = charts + "\n" + parallelCoordinates

  private static let charts = #"""
    "use strict";
    (() => {
      const charts = [...document.querySelectorAll("figure.chart")];
      const legend = [...document.querySelectorAll("button[data-variant]")];
      const hidden = new Set();

      const format = (value) => {
        const size = Math.abs(value);
        if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2);
        const decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
        return value.toFixed(decimals).replace("-", "\u2212");
      };
      const count = (value) => Math.round(value).toLocaleString("en");

      legend.forEach((button) => button.addEventListener("click", () => {
        const variant = button.dataset.variant;
        hidden.has(variant) ? hidden.delete(variant) : hidden.add(variant);
        legend.filter((other) => other.dataset.variant === variant).forEach((other) =>
          other.setAttribute("aria-pressed", String(!hidden.has(variant))));
        document.querySelectorAll(`g.curve[data-variant="${variant}"]`).forEach((curve) =>
          curve.classList.toggle("hidden", hidden.has(variant)));
      }));

      const position = (value, [low, high, isLog], start, end) => {
        const share = isLog ? Math.log(value / low) / Math.log(high / low)
          : (value - low) / (high - low);
        return start + share * (end - start);
      };

      const nearest = (points, x) => {
        let low = 0, high = points.length - 1;
        while (high - low > 1) {
          const middle = (low + high) >> 1;
          points[middle][0] <= x ? low = middle : high = middle;
        }
        return Math.abs(points[low][0] - x) <= Math.abs(points[high][0] - x) ? low : high;
      };

      charts.forEach((chart) => {
        const source = chart.querySelector("script");
        const svg = chart.querySelector("svg");
        if (!source || !svg) return;
        const data = JSON.parse(source.textContent);
        const [left, right, top, bottom] = data.plot;
        const frame = chart.querySelector(".frame");
        const readout = document.createElement("div");
        readout.className = "readout";
        readout.setAttribute("role", "status");
        readout.hidden = true;
        frame.append(readout);
        const make = (name, attributes) => {
          const element = document.createElementNS("http://www.w3.org/2000/svg", name);
          Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
          return element;
        };
        const cursor = make("g", { class: "cursor", visibility: "hidden" });
        svg.append(cursor);
        const shown = () => data.curves.filter((curve) =>
          curve.points.length > 0 && !hidden.has(curve.variant));

        const hide = () => {
          readout.hidden = true;
          cursor.setAttribute("visibility", "hidden");
        };
        const line = (tag, content, className) => {
          const element = document.createElement(tag);
          element.textContent = content;
          if (className) element.className = className;
          return element;
        };

        const show = (x) => {
          const curves = shown();
          if (curves.length === 0) return hide();
          const near = curves.map((curve) => curve.points[nearest(curve.points, x)]);
          const step = near.map((point) => point[0])
            .reduce((best, own) => Math.abs(own - x) < Math.abs(best - x) ? own : best);
          const at = position(step, data.x, left, right);
          cursor.replaceChildren(make("path", { d: `M${at},${top}V${bottom}` }));
          readout.replaceChildren(line("div", `${chart.dataset.x} ${count(step)}`, "step"));
          curves.forEach((curve, index) => {
            const [px, y, lower, upper, runs] = near[index];
            // A curve that has no point near here (its runs ended earlier) is left out.
            if (Math.abs(position(px, data.x, left, right) - at) > 12) return;
            cursor.append(make("circle", { class: "c" + curve.color, r: 3.5,
              cx: position(px, data.x, left, right), cy: position(y, data.y, bottom, top) }));
            const row = line("div", "", "row c" + curve.color);
            row.append(line("span", curve.name, "name"), line("b", format(y)));
            if (lower !== null && lower !== undefined) {
              row.append(line("span", `${format(lower)} to ${format(upper)}`, "range"));
            }
            if (runs) row.append(line("span", runs === 1 ? "1 seed" : `${runs} seeds`, "range"));
            readout.append(row);
          });
          cursor.setAttribute("visibility", "visible");
          readout.hidden = false;
          const box = svg.getBoundingClientRect();
          const pixel = at / data.size[0] * box.width;
          const isRight = pixel > box.width / 2;
          readout.style.left = isRight ? "auto" : `${pixel + 12}px`;
          readout.style.right = isRight ? `${box.width - pixel + 12}px` : "auto";
        };

        const toValue = (pixel) => {
          const share = (pixel - left) / (right - left);
          const [low, high, isLog] = data.x;
          return isLog ? low * Math.pow(high / low, share) : low + share * (high - low);
        };
        svg.addEventListener("pointermove", (event) => {
          const box = svg.getBoundingClientRect();
          const x = (event.clientX - box.left) / box.width * data.size[0];
          x < left - 8 || x > right + 8 ? hide() : show(toValue(x));
        });
        svg.addEventListener("pointerleave", hide);

        // Arrow keys walk along the points of the first curve that is shown.
        let place = 0;
        frame.addEventListener("keydown", (event) => {
          const first = shown()[0];
          const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
          if (event.key === "Escape") return hide();
          if (!first || move === undefined) return;
          event.preventDefault();
          place = Math.max(0, Math.min(first.points.length - 1, place + move));
          show(first.points[place][0]);
        });
        frame.addEventListener("blur", hide);
      });
    })();
    """#
}
