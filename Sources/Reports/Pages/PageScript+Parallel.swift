extension PageScript {
  /// Parallel coordinates: the line at the pointer stands out and its values are told.
  static let parallelCoordinates = #"""
    (() => {
      const { line: cell, readout: makeReadout } = fledge;
      document.querySelectorAll("figure.parallel").forEach((figure) => {
        const frame = figure.querySelector(".frame"), svg = frame.querySelector("svg");
        const data = JSON.parse(figure.querySelector("script").textContent);
        const paths = new Map([...svg.querySelectorAll(".trial")].map((path) =>
          [Number(path.dataset.line), path]));
        const readout = makeReadout(frame);
        let chosen = null;

        const choose = (line, x) => {
          if (chosen !== null) paths.get(chosen).classList.remove("chosen");
          chosen = line;
          svg.classList.toggle("choosing", line !== null);
          readout.hidden = line === null;
          if (line === null) return;
          paths.get(line).classList.add("chosen");
          readout.replaceChildren(cell("div", data.lines[line].name, "step"));
          data.axes.forEach((name, axis) => {
            const row = cell("div", "", "row");
            row.append(cell("span", name, "name"), cell("b", data.lines[line].values[axis]));
            readout.append(row);
          });
          const isRight = x > data.size[0] / 2;
          readout.style.left = isRight ? ".4rem" : "auto";
          readout.style.right = isRight ? "auto" : ".4rem";
        };

        // The line whose height at the pointer, between the two axes around it, is nearest.
        svg.addEventListener("pointermove", (event) => {
          const box = svg.getBoundingClientRect(), scale = data.size[0] / box.width;
          const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
          let axis = 0;
          while (axis < data.xs.length - 2 && data.xs[axis + 1] < x) axis += 1;
          const span = data.xs[axis + 1] - data.xs[axis] || 1;
          const share = Math.max(0, Math.min(1, (x - data.xs[axis]) / span));
          let best = null, distance = 14;
          data.order.forEach((line) => {
            const ys = data.lines[line].ys;
            const own = Math.abs(ys[axis] + ((ys[axis + 1] ?? ys[axis]) - ys[axis]) * share - y);
            if (own < distance) [best, distance] = [line, own];
          });
          if (best !== chosen) choose(best, x);
        });
        svg.addEventListener("pointerleave", () => choose(null));

        let place = -1;
        frame.addEventListener("keydown", (event) => {
          const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1,
            Home: -Infinity, End: Infinity }[event.key];
          if (event.key === "Escape") return choose(null);
          if (move === undefined || data.order.length === 0) return;
          event.preventDefault();
          place = Math.max(0, Math.min(data.order.length - 1, place + move));
          choose(data.order[place], 0);
        });
        frame.addEventListener("blur", () => choose(null));
      });
    })();
    """#
}
