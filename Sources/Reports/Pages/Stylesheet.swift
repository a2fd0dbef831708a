/// The look of a page: a paper's measure and type, in light, in dark and in print.
enum Stylesheet {
  static let text = """
    :root { color-scheme: light dark; \(variables(\.light)) }
    @media (prefers-color-scheme: dark) { :root { \(variables(\.dark)) } }
    @media print { :root { \(variables(\.light)) } }
    \(curveClasses)
    \(rules)
    """

  /// The palette's colours as custom properties.
  private static func variables(_ shade: KeyPath<Palette.Color, String>) -> String {
    let named = [
      "page": Palette.page, "ink": Palette.ink, "faint": Palette.faintInk, "rule": Palette.rule,
    ]
    let names = named.sorted { $0.key < $1.key }.map { "--\($0.key):\($0.value[keyPath: shade]);" }
    let curves = Palette.curves.enumerated().map { "--c\($0):\($1[keyPath: shade]);" }
    let shades = Palette.ramp.enumerated().map { "--s\($0):\($1[keyPath: shade]);" }
    return (names + curves + shades).joined()
  }

  private static let curveClasses =
    Palette.curves.indices
    .map { ".c\($0){--c:var(--c\($0))}" }.joined()
    + Palette.ramp.indices.map { ".s\($0){--c:var(--s\($0))}" }.joined()

  private static let rules = """
    * { box-sizing: border-box; }
    html { background: var(--page); color: var(--ink); -webkit-text-size-adjust: 100%; }
    body { margin: 0 auto; max-width: 56rem; padding: 3.5rem 1.5rem 5rem;
      font: 1.0625rem/1.6 Charter, "Bitstream Charter", "Iowan Old Style", Georgia, Cambria,
        "Liberation Serif", serif; }
    h1 { font-size: 2.1rem; line-height: 1.2; font-weight: 600; margin: 0 0 .5rem;
      letter-spacing: -.01em; overflow-wrap: anywhere; text-wrap: balance; }
    h2 { font-size: 1.3rem; font-weight: 600; margin: 3.2rem 0 .8rem; padding-top: .9rem;
      border-top: 1px solid var(--rule); }
    h3 { font-size: 1.02rem; font-weight: 600; margin: 1.8rem 0 .5rem; overflow-wrap: anywhere; }
    p { margin: .7rem 0; max-width: 44rem; overflow-wrap: anywhere; }
    a { color: inherit; }
    .question { font-size: 1.2rem; font-style: italic; margin: .4rem 0 1rem; }
    .facts, figcaption, caption, .legend, .readout, table, summary, footer, .switch, svg {
      font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial,
        "Liberation Sans", sans-serif; }
    .facts { color: var(--faint); font-size: .86rem; }
    .result { border-left: 3px solid var(--c0); padding: .1rem 0 .1rem 1.2rem; margin: 1.8rem 0; }
    .result p:first-of-type { font-size: 1.2rem; line-height: 1.5; }
    .warnings { border-left: 3px solid var(--c4); padding: .1rem 0 .1rem 1.2rem; margin: 1.4rem 0;
      font-size: .95rem; }
    .warnings ul { padding-left: 1.1rem; margin: .5rem 0; }
    .warnings li { overflow-wrap: anywhere; }
    .controls { display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; align-items: center;
      font-size: .86rem; margin: .8rem 0 .2rem; }
    .legend { display: flex; flex-wrap: wrap; gap: .3rem .5rem; }
    .legend button { font: inherit; color: inherit; background: none; cursor: pointer;
      border: 1px solid var(--rule); border-radius: 1rem; padding: .12rem .7rem .12rem .5rem;
      display: flex; align-items: center; gap: .45rem; max-width: 100%; overflow-wrap: anywhere;
      text-align: left; }
    .legend button:hover { border-color: var(--faint); }
    .legend button[aria-pressed=false] { opacity: .45; text-decoration: line-through; }
    .legend svg { width: 28px; height: 12px; flex: none; }
    .switch { display: inline-flex; gap: .4rem; align-items: center; cursor: pointer; }
    figure { margin: 1.2rem 0 1.6rem; min-width: 0; }
    figcaption { font-size: .86rem; line-height: 1.45; color: var(--faint); margin-top: .3rem;
      overflow-wrap: anywhere; }
    figcaption b { color: var(--ink); font-weight: 600; }
    .frame { position: relative; }
    .frame:focus-visible, .table:focus-visible, button:focus-visible {
      outline: 2px solid var(--c0); outline-offset: 2px; border-radius: 3px; }
    .frame > svg { display: block; width: 100%; height: auto; touch-action: pan-y; }
    .chart svg { -webkit-user-select: none; user-select: none; }
    svg text { font-variant-numeric: tabular-nums; }
    .name { fill: var(--ink); } .number { fill: var(--faint); }
    .grid { stroke: var(--rule); fill: none; } .axis { stroke: var(--faint); fill: none; }
    .reference { stroke: var(--faint); stroke-dasharray: 5 4; fill: none; }
    .line { stroke: var(--c); stroke-width: 2; fill: none; stroke-linejoin: round;
      stroke-linecap: round; }
    .partial { stroke-dasharray: 1 4; }
    .band { fill: var(--c); fill-opacity: .17; stroke: none; }
    .member { stroke: var(--c); stroke-width: 1; stroke-opacity: .6; fill: none;
      stroke-linejoin: round; }
    .members { display: none; } html:has(#seeds:checked) .members { display: inline; }
    .mark { fill: var(--c); stroke: var(--page); }
    .contour { stroke: var(--faint); stroke-opacity: .4; stroke-width: .7; fill: none; }
    .goal { stroke: var(--ink); stroke-opacity: .55; stroke-width: 5; stroke-linecap: round;
      fill: none; }
    .tile { fill: var(--c); }
    .choice { fill: var(--c0); fill-opacity: .12; pointer-events: none; }
    .reset { position: absolute; right: .4rem; top: .2rem; z-index: 1; font: .75rem system-ui, sans-serif;
      color: inherit; background: var(--page); border: 1px solid var(--rule); border-radius: 4px;
      padding: .15rem .5rem; cursor: pointer; }
    .scripted { display: none; }
    .sticky { position: sticky; top: 0; z-index: 2; background: var(--page); padding: .5rem 0;
      border-bottom: 1px solid var(--rule); }
    .over-time { display: none; } html:has(#over-time:checked) .over-time { display: block; }
    html:has(#over-time:checked) .over-steps { display: none; }
    .trial { stroke: var(--c); stroke-width: 1.2; fill: none; stroke-linejoin: round; }
    .trial.s7 { stroke-width: 2; }
    .trial.nothing { stroke: var(--rule); stroke-dasharray: 3 3; }
    .choosing .trial { stroke-opacity: .18; }
    .choosing .trial.chosen { stroke-opacity: 1; stroke-width: 3; stroke-dasharray: none; }
    .choosing .trial.nothing.chosen { stroke: var(--ink); }
    .shade { fill: var(--c); }
    .outlined { stroke: var(--page); stroke-width: 3; paint-order: stroke; }
    .hidden { display: none; }
    .cursor { pointer-events: none; } .cursor path { stroke: var(--faint); fill: none; }
    .cursor circle { fill: var(--c); stroke: var(--page); stroke-width: 1.5; }
    .readout { position: absolute; top: .4rem; background: var(--page); color: var(--ink);
      border: 1px solid var(--rule); border-radius: 4px; padding: .35rem .6rem; font-size: .78rem;
      line-height: 1.5; pointer-events: none; z-index: 1; max-width: 60%;
      box-shadow: 0 2px 8px rgb(0 0 0 / .12); font-variant-numeric: tabular-nums; }
    .readout .step { color: var(--faint); }
    .readout .row { border-left: 3px solid var(--c); padding-left: .45rem; margin-top: .15rem;
      display: flex; flex-wrap: wrap; gap: 0 .6rem; }
    .readout .name { overflow-wrap: anywhere; } .readout .range { color: var(--faint); }
    .multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(15.5rem, 1fr));
      gap: .4rem 1.6rem; }
    .multiples figure { margin: .6rem 0; }
    .multiples .readout { max-width: 85%; font-size: .72rem; }
    .table { overflow-x: auto; margin: 1rem 0 1.6rem; }
    table { border-collapse: collapse; font-size: .84rem; font-variant-numeric: tabular-nums;
      border-bottom: 1.5px solid var(--ink); min-width: 60%; }
    caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
    th, td { padding: .32rem .6rem; text-align: left; vertical-align: baseline; }
    th:first-child, td:first-child { padding-left: .2rem; }
    thead th { border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--faint);
      font-weight: 600; }
    tbody th { font-weight: 500; }
    th, td { white-space: nowrap; }
    tbody tr + tr > * { border-top: 1px solid var(--rule); }
    .numeric { text-align: right; }
    .estimate { white-space: normal; }
    .long { white-space: normal; overflow-wrap: anywhere; min-width: 11rem; max-width: 26rem; }
    details { margin: .8rem 0; }
    summary { cursor: pointer; font-size: .92rem; overflow-wrap: anywhere; }
    pre { overflow-x: auto; font: .82rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas,
      "Liberation Mono", monospace; border: 1px solid var(--rule); border-radius: 4px;
      padding: .8rem 1rem; tab-size: 2; }
    pre ins { text-decoration: none; color: var(--c2); }
    pre del { text-decoration: none; color: var(--c1); }
    .notes { padding-left: 1.2rem; } .notes li { margin: .4rem 0; max-width: 44rem; }
    footer { margin-top: 3.5rem; border-top: 1px solid var(--rule); padding-top: .8rem;
      font-size: .8rem; color: var(--faint); }
    @media (max-width: 40rem) {
      body { padding: 1.6rem 1rem 3rem; font-size: 1rem; } h1 { font-size: 1.6rem; }
      main > figure .frame { overflow-x: auto; } main > figure svg { min-width: 32rem; }
      .multiples { grid-template-columns: repeat(auto-fill, minmax(10.5rem, 1fr)); } }
    @media print {
      body { max-width: none; padding: 0; font-size: 10.5pt; } .switch { display: none; }
      h2, h3, caption { break-after: avoid; } figure, tr { break-inside: avoid; }
      .table { overflow: visible; } pre { white-space: pre-wrap; } }
    """
}
