using MLPipeline.Onnx.Drawing.Layout;

namespace MLPipeline.Onnx.Tests.Drawing.Layout;

public sealed class LayeredLayoutTests
{
    private const double Width = 100, Height = 40;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Edges_lead_down_and_nothing_overlaps(int seed)
    {
        var random = new Random(seed);
        var sizes = Enumerable.Range(0, 30).Select(_ => (random.Next(20, 200) * 1.0, random.Next(20, 90) * 1.0)).ToList();
        var edges = (from to in Enumerable.Range(1, 29) from _ in Enumerable.Range(0, 2) select (From: random.Next(Math.Max(0, to - 6), to), To: to)).Distinct().ToList();

        var layout = new LayeredLayout(sizes, edges);

        foreach (var step in layout.Paths.SelectMany(path => path.Zip(path.Skip(1))).Where(step => step.First.Column == step.Second.Column))
            Assert.True(step.First.Y + step.First.Height + LayeredLayout.LayerGap <= step.Second.Y + 1e-6);
        var spots = layout.Paths.SelectMany(path => path).Concat(layout.Boxes).Distinct().ToList();
        for (var a = 0; a < spots.Count; a++)
        {
            for (var b = 0; b < a; b++)
                Assert.False(Overlap(spots[a], spots[b]), $"{a} and {b} overlap");
        }

        Assert.All(spots, spot => Assert.InRange(spot.X + spot.Width / 2, spot.Width - 1e-6, layout.Width + 1e-6));
        Assert.All(spots, spot => Assert.InRange(spot.Y + spot.Height, spot.Height - 1e-6, layout.Height + 1e-6));
    }

    [Fact]
    public void A_chain_is_a_straight_line()
    {
        var layout = Of(3, (0, 1), (1, 2));

        Assert.Equal([0, 1, 2], layout.Boxes.Select(box => box.Layer));
        Assert.Single(layout.Boxes.Select(box => Math.Round(box.X, 6)).Distinct());
    }

    [Fact]
    public void A_residual_edge_bends_around_what_it_passes()
    {
        var path = Of(3, (0, 1), (1, 2), (0, 2)).Paths[2];

        Assert.True(path[1].IsBend);
        Assert.Equal(Height, path[1].Height);
    }

    [Fact]
    public void Crossings_that_can_be_avoided_are()
    {
        // Two chains whose boxes are given crosswise.
        var boxes = Of(6, (0, 3), (1, 2), (2, 5), (3, 4)).Boxes;

        Assert.Equal(boxes[0].X < boxes[1].X, boxes[3].X < boxes[2].X);
        Assert.Equal(boxes[3].X < boxes[2].X, boxes[4].X < boxes[5].X);
    }

    [Fact]
    public void A_source_stands_right_above_its_reader() =>
        Assert.Equal(2, Of(5, (0, 1), (1, 2), (2, 3), (4, 3)).Boxes[4].Layer);

    [Fact]
    public void A_long_chain_goes_on_in_the_next_column_and_a_ladder_without_a_waist_does_not()
    {
        var chain = Of(60, [.. Enumerable.Range(0, 59).Select(i => (i, i + 1))]);
        var ladder = Of(60, [.. Enumerable.Range(0, 58).Select(i => (i, i + 2))]);

        Assert.InRange(chain.ColumnStarts.Count, 3, 8);
        Assert.InRange(chain.Width / chain.Height, 0.8, 2.5);
        Assert.True(chain.Boxes.Zip(chain.Boxes.Skip(1)).All(p => p.First.Column <= p.Second.Column));
        Assert.Single(ladder.ColumnStarts);
    }

    private static LayeredLayout Of(int boxes, params (int From, int To)[] edges) => new([.. Enumerable.Repeat((Width, Height), boxes)], edges);

    private static bool Overlap(Spot a, Spot b) =>
        Math.Abs(a.X - b.X) < (a.Width + b.Width) / 2 - 1e-6 && Math.Min(a.Y + a.Height, b.Y + b.Height) - Math.Max(a.Y, b.Y) > 1e-6;
}
