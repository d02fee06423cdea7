namespace MLPipeline.Onnx.Drawing;

/// <summary>The picture's style sheet: light, or dark where the reader wishes so.</summary>
internal static class SvgStyle
{
    /// <summary>CSS.</summary>
    public const string Text =
        """
        svg { font-family: 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif; fill: #1f2933; }
        .paper { fill: #ffffff; }
        .heading { font-size: 19px; font-weight: 600; }
        .summary { font-size: 12.5px; fill: #52606d; }
        .box { fill: #f8f9fb; stroke: #9aa5b1; stroke-width: 1; }
        .title { font-size: 10px; fill: #66717d; }
        .name { font-size: 12.5px; font-weight: 600; }
        .detail { font-size: 11.5px; }
        .shape { font-size: 11px; fill: #52606d; text-anchor: end; }
        .edge { fill: none; stroke: #66717d; stroke-width: 1.3; }
        .long { stroke: #d9480f; stroke-width: 1.6; }
        .arrow { fill: #66717d; stroke: none; }
        .arrow.long { fill: #d9480f; stroke: none; }
        .line rect { stroke: none; }
        .weights { fill: #bcd7f5; } .normalization { fill: #d6ccf5; } .activation { fill: #c5ebc3; } .reduction { fill: #f9dfae; }
        .arithmetic { fill: #fbc9bd; } .movement { fill: #dfe4ea; } .control { fill: #b8e6e6; } .other { fill: #f3d1e6; } .interface { fill: #fff3a3; }
        .line:hover rect { opacity: 0.7; }
        @media (prefers-color-scheme: dark) {
          svg { fill: #eef1f4; } .paper { fill: #16191d; } .box { fill: #22272e; stroke: #5b6672; } .summary, .shape, .title { fill: #a9b4c0; }
          .edge { stroke: #95a1ad; } .arrow { fill: #95a1ad; } .long { stroke: #ff8a4c; } .arrow.long { fill: #ff8a4c; }
          .weights { fill: #1f4e80; } .normalization { fill: #4b3a86; } .activation { fill: #22602a; } .reduction { fill: #7a5a12; }
          .arithmetic { fill: #86382a; } .movement { fill: #454f5a; } .control { fill: #1a6363; } .other { fill: #7a3763; } .interface { fill: #6b6110; }
        }
        """;
}
