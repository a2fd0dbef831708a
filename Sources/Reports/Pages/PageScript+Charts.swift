extension PageScript {
  /// Charts: values at the pointer or the arrow keys, zooming by dragging or + and -, smoothing.
  static let charts = #"""
    (() => {
      const { hidden, changed, format, make, line, readout, ticks } = fledge;
      const count = (value) => Math.abs(value) < 10 && value % 1 !== 0 ? format(value)
        : Math.round(value).toLocaleString("en");
      const slider = document.querySelector("#smoothing");
      const pairs = /(-?[\d.]+),(-?[\d.]+)/g;

      // A path's points, read once: a line, or the upper and the lower side of a band.
      const sides = (d) => {
        const all = [...d.matchAll(pairs)].map((pair) => [+pair[1], +pair[2]]);
        return d.endsWith("z")
          ? [all.slice(0, all.length / 2), all.slice(all.length / 2).reverse()] : [all];
      };
      // An exponential mean of heights, without the bias of its start.
      const smoothed = (points, weight) => {
        let mean = 0, share = 1;
        return points.map(([x, y]) => {
          mean = weight * mean + (1 - weight) * y;
          share *= weight;
          return [x, mean / (1 - share)];
        });
      };

      document.querySelectorAll("figure.chart").forEach((chart, number) => {
        const frame = chart.querySelector(".frame"), svg = frame.querySelector("svg");
        const data = JSON.parse(chart.querySelector("script").textContent);
        const [left, right, top, bottom] = data.plot;
        const isCurve = ["step", "seconds"].includes(chart.dataset.x);
        const box = readout(frame);
        const paths = [...svg.querySelectorAll("g.curve path:not(.mark)")].map((path) => {
          const original = path.getAttribute("d");
          return { path, original, drawn: original, sides: null };
        });
        const marks = [...svg.querySelectorAll("g.curve .mark")].map((mark) =>
          [mark, mark.getAttribute("transform")]);
        const still = [...svg.children].filter((element) =>
          element.matches("path.grid, path.axis, text.number"));
        const references = [...svg.querySelectorAll(":scope > path.reference")].map((path) =>
          [path, Number(path.getAttribute("d").match(pairs)[0].split(",")[1])]);
        const axes = make("g", { visibility: "hidden" }), cursor = make("g", { class: "cursor" });
        const clip = make("clipPath", { id: `clip${number}` });
        clip.append(make("rect", { x: left, y: top, width: right - left, height: bottom - top }));
        const choice = make("rect", { class: "choice", y: top, height: bottom - top, width: 0 });
        svg.prepend(clip, axes);
        svg.append(choice, cursor);
        const reset = line("button", "reset zoom", "reset");
        reset.type = "button";
        reset.hidden = true;
        frame.append(reset);

        // What part of the picture fills the plot: by pixels of the unzoomed picture.
        let zoom = null;
        const share = (value, [low, high, isLog]) =>
          isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
        const value = (part, [low, high, isLog]) =>
          isLog ? low * Math.pow(high / low, part) : low + part * (high - low);
        const mapX = (x) => zoom ? left + (x - zoom.x0) / (zoom.x1 - zoom.x0) * (right - left) : x;
        const mapY = (y) => zoom ? top + (y - zoom.y0) / (zoom.y1 - zoom.y0) * (bottom - top) : y;
        const px = (x) => left + share(x, data.x) * (right - left);
        const py = (y) => bottom - share(y, data.y) * (bottom - top);
        const shown = () => data.curves.filter((curve) =>
          curve.points.length > 0 && !hidden.has(curve.variant));

        // Heights of what is seen between two places, with a little room.
        const fitted = (x0, x1) => {
          let y0 = Infinity, y1 = -Infinity;
          shown().forEach((curve) => curve.points.forEach(([x, y, lower, upper]) => {
            if (px(x) < x0 || px(x) > x1) return;
            [y, lower, upper].filter((one) => Number.isFinite(one)).forEach((one) => {
              const place = py(one);
              if (!Number.isFinite(place)) return;
              [y0, y1] = [Math.min(y0, place), Math.max(y1, place)];
            });
          }));
          if (y0 > y1) return { x0, x1, y0: top, y1: bottom };
          const room = Math.max(2, (y1 - y0) * 0.06);
          return { x0, x1, y0: y0 - room, y1: y1 + room };
        };
        const drawAxes = () => {
          axes.replaceChildren();
          const xs = [zoom.x0, zoom.x1].map((x) => value((x - left) / (right - left), data.x));
          const ys = [zoom.y1, zoom.y0].map((y) => value((bottom - y) / (bottom - top), data.y));
          ticks([...ys, data.y[2]], 5).forEach((tick) => {
            const y = mapY(py(tick));
            axes.append(make("path", { class: "grid", d: `M${left},${y}H${right}` }));
            const text = make("text", { class: "number", x: left - 7, y: y + 4, "text-anchor": "end" });
            text.textContent = format(tick).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
            axes.append(text);
          });
          ticks([...xs, data.x[2]], 6).forEach((tick) => {
            const x = mapX(px(tick));
            const text = make("text", { class: "number", x, y: bottom + 18, "text-anchor": "middle" });
            text.textContent = count(tick);
            axes.append(make("path", { class: "axis", d: `M${x},${bottom}v4` }), text);
          });
          axes.append(make("path", { class: "axis", d: `M${left},${bottom}H${right}` }));
        };
        const redraw = () => {
          const weight = isCurve && slider ? Number(slider.value) : 0;
          if (zoom) zoom = fitted(zoom.x0, zoom.x1);
          const tenth = (number) => Math.round(number * 10) / 10;
          paths.forEach((one) => {
            let own = one.original;
            if (weight) {
              one.sides ??= sides(one.original);
              const done = one.sides.map((side) => smoothed(side, weight));
              const points = done.length > 1 ? done[0].concat(done[1].reverse()) : done[0];
              own = "M" + points.map(([x, y]) => `${tenth(mapX(x))},${tenth(mapY(y))}`).join("L")
                + (done.length > 1 ? "z" : "");
            } else if (zoom) {
              own = own.replace(pairs, (_, x, y) => `${tenth(mapX(+x))},${tenth(mapY(+y))}`);
            }
            if (own === one.drawn) return;
            one.path.setAttribute("d", one.drawn = own);
          });
          marks.forEach(([mark, original]) => {
            if (original) mark.setAttribute("transform", original.replace(pairs, (_, x, y) =>
              `${mapX(+x)},${mapY(+y)}`));
            mark.classList.toggle("hidden", weight > 0);
          });
          references.forEach(([path, y]) =>
            path.setAttribute("d", `M${left},${mapY(y)}H${right}`));
          still.forEach((element) => element.classList.toggle("hidden", zoom !== null));
          svg.querySelectorAll("g.curve, :scope > path.reference").forEach((element) =>
            zoom ? element.setAttribute("clip-path", `url(#clip${number})`)
              : element.removeAttribute("clip-path"));
          axes.setAttribute("visibility", zoom ? "visible" : "hidden");
          reset.hidden = zoom === null;
          if (zoom) drawAxes();
        };
        const zoomTo = (x0, x1) => {
          const inside = [Math.max(left, x0), Math.min(right, x1)];
          const isAll = inside[0] <= left + 1 && inside[1] >= right - 1;
          zoom = isAll || inside[1] - inside[0] < 2 ? null : fitted(...inside);
          hide();
          redraw();
        };
        changed.push(redraw);
        reset.addEventListener("click", () => zoomTo(left, right));

        const hide = () => {
          box.hidden = true;
          cursor.setAttribute("visibility", "hidden");
        };
        const nearest = (points, x) => {
          let low = 0, high = points.length - 1;
          while (high - low > 1) {
            const middle = (low + high) >> 1;
            points[middle][0] <= x ? low = middle : high = middle;
          }
          return Math.abs(points[high][0] - x) < Math.abs(points[low][0] - x) ? high : low;
        };
        const show = (x) => {
          const curves = shown();
          if (curves.length === 0) return hide();
          const near = curves.map((curve) => curve.points[nearest(curve.points, x)]);
          const step = near.map((point) => point[0])
            .reduce((best, own) => Math.abs(own - x) < Math.abs(best - x) ? own : best);
          const at = mapX(px(step));
          cursor.replaceChildren(make("path", { d: `M${at},${top}V${bottom}` }));
          box.replaceChildren(line("div", `${chart.dataset.x} ${count(step)}`, "step"));
          curves.forEach((curve, index) => {
            const [own, y, lower, upper, runs] = near[index];
            // A curve that has no point near here (its runs ended earlier) is left out.
            if (Math.abs(mapX(px(own)) - at) > 12) return;
            cursor.append(make("circle", { class: "c" + curve.color, r: 3.5,
              cx: mapX(px(own)), cy: mapY(py(y)) }));
            const row = line("div", "", "row c" + curve.color);
            row.append(line("span", curve.name, "name"), line("b", format(y)));
            if (lower !== null && lower !== undefined) {
              row.append(line("span", `${format(lower)} to ${format(upper)}`, "range"));
            }
            if (runs) row.append(line("span", runs === 1 ? "1 seed" : `${runs} seeds`, "range"));
            box.append(row);
          });
          cursor.setAttribute("visibility", "visible");
          box.hidden = false;
          const rect = svg.getBoundingClientRect();
          const pixel = at / data.size[0] * rect.width;
          const isRight = pixel > rect.width / 2;
          box.style.left = isRight ? "auto" : `${pixel + 12}px`;
          box.style.right = isRight ? `${rect.width - pixel + 12}px` : "auto";
        };

        const pixel = (event) => {
          const rect = svg.getBoundingClientRect();
          return (event.clientX - rect.left) / rect.width * data.size[0];
        };
        const original = (x) => zoom
          ? zoom.x0 + (x - left) / (right - left) * (zoom.x1 - zoom.x0) : x;
        let start = null;
        svg.addEventListener("pointerdown", (event) => {
          if (event.button === 0 && event.pointerType !== "touch") start = pixel(event);
        });
        svg.addEventListener("pointermove", (event) => {
          const x = pixel(event);
          if (start !== null && Math.abs(x - start) > 4) {
            hide();
            choice.setAttribute("x", Math.max(left, Math.min(start, x)));
            choice.setAttribute("width", Math.max(0,
              Math.min(right, Math.max(start, x)) - Math.max(left, Math.min(start, x))));
            return;
          }
          x < left - 8 || x > right + 8 ? hide()
            : show(value((original(x) - left) / (right - left), data.x));
        });
        addEventListener("pointerup", (event) => {
          if (start === null) return;
          const [x0, x1] = [start, pixel(event)].sort((one, other) => one - other);
          start = null;
          choice.setAttribute("width", 0);
          if (x1 - x0 > 6) zoomTo(original(Math.max(left, x0)), original(Math.min(right, x1)));
        });
        addEventListener("pointercancel", () => {
          start = null;
          choice.setAttribute("width", 0);
        });
        svg.addEventListener("dblclick", () => zoomTo(left, right));
        svg.addEventListener("pointerleave", () => { if (start === null) hide(); });

        // Arrow keys walk along the points of the first curve that is shown; + and - zoom there.
        let place = 0;
        frame.addEventListener("keydown", (event) => {
          const first = shown()[0];
          if (event.target !== frame || !first) return;
          const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
          const factor = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
          if (event.key === "Escape" || event.key === "0") return zoomTo(left, right);
          place = Math.max(0, Math.min(first.points.length - 1, place));
          if (factor) {
            event.preventDefault();
            const half = (zoom ? zoom.x1 - zoom.x0 : right - left) * factor / 2;
            const middle = Math.max(left + half, Math.min(right - half, px(first.points[place][0])));
            zoomTo(middle - half, middle + half);
          } else if (move !== undefined) {
            event.preventDefault();
            place = Math.max(0, Math.min(first.points.length - 1, place + move));
            show(first.points[place][0]);
          }
        });
        frame.addEventListener("blur", hide);
        hide();
      });

      if (slider) {
        slider.closest(".scripted").classList.remove("scripted");
        slider.addEventListener("input", () => {
          slider.nextElementSibling.textContent = Number(slider.value)
            ? `${slider.value} (the pointer tells measured values)` : "off";
          changed.forEach((redraw) => redraw());
        });
      }
    })();
    """#
}
