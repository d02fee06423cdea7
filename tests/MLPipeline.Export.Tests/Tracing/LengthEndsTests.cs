using MLPipeline.Export.Tracing;

namespace MLPipeline.Export.Tests.Tracing;

public class LengthEndsTests
{
    [Fact]
    public void Ends_are_the_shortest_that_the_module_takes_and_one_that_no_run_reached()
    {
        var ends = Ends([2, 1, 16, 12], p => p[1] >= 4 && p[2] <= 40, _ => false, (0, "batch"), (2, "height"), (3, "width"));
        Assert.Equal([[2, 4, 1], [2, 36, 28], [2, 36, 1], [2, 4, 28]], ends.Points.Select(points => Assert.Single(points)));
    }

    [Fact]
    public void Each_axis_is_once_far_longer_than_all_that_was_tried_and_the_others_at_their_shortest()
    {
        var ends = Ends([1, 32, 128], _ => true, _ => true, (1, "height"), (2, "width"));
        Assert.Equal(4, ends.Points.Count);
        var (height, width) = (ends.Points[2], ends.Points[3]);
        Assert.Equal((1, 1), (height[0][1], width[0][0]));
        Assert.InRange(height[0][0], 64 * 67, 64 * 80);
        Assert.InRange(width[0][1], 64 * 195, 64 * 210);
        Assert.Contains(height, p => p[0] < 16 * 80 && p[1] == 128); // where the module does not take so much
        Assert.True(height[^1][0] < 100);
    }

    [Fact]
    public void Far_lengths_are_those_that_cost_little()
    {
        var ends = Ends([2, 16], _ => true, p => p[0] * p[1] <= 1000, (0, "batch"), (1, "time"));
        Assert.All(ends.Points[2], p => Assert.InRange(p[1], 8 * 36, 500));
        Assert.Equal([257, 129, 33, 17, 9], ends.LargeBatch.Select(p => p[0]));
        Assert.All(ends.LargeBatch, p => Assert.Equal(1, p[1]));
        Assert.Empty(Ends([2, 8], _ => true, _ => false, (0, "batch")).LargeBatch);
    }

    private static LengthEnds Ends(long[] shape, Func<long[], bool> takes, Func<long[], bool> affordable, params (int Axis, string Name)[] names) =>
        new(SymbolicAxesTests.Axes(shape, names), LengthPlanTests.Plan(shape, takes, names), affordable);
}
