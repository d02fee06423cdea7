using MLPipeline.Export.Tracing;

namespace MLPipeline.Export.Tests.Tracing;

public class LengthPlanTests
{
    [Fact]
    public void Batch_is_traced_at_lengths_that_tell_functions_apart_and_is_not_tried()
    {
        var plan = new LengthPlan(SymbolicAxesTests.Axes([8, 3], (0, "batch")), _ => throw new InvalidOperationException("tried"));
        Assert.Equal([2, 5, 1], plan.Points.Select(p => p[0]));
        Assert.Equal([7], plan.VerificationPoint(7, 0));
    }

    [Fact]
    public void Points_differ_from_the_base_in_one_symbol_each_and_the_last_in_all()
    {
        var plan = Plan([2, 3, 16, 24], _ => true, (0, "batch"), (2, "height"), (3, "width"));
        Assert.Equal([[2, 16, 24], [5, 16, 24], [2, 32, 24], [2, 16, 48], [1, 17, 25]], plan.Points);
        Assert.Equal(5, plan.MorePoints().Count);
        Assert.Equal(plan.Base, plan.MorePoints()[^1]);
    }

    [Fact]
    public void Other_axes_are_verified_at_lengths_that_were_not_traced_and_neighbours_at_different_ones()
    {
        var plan = Plan([1, 16, 16], _ => true, (1, "height"), (2, "width"));
        var traced = plan.Points.Concat(plan.MorePoints()).SelectMany(p => p).ToHashSet();
        var verified = Enumerable.Range(0, plan.Rounds).Select(round => plan.VerificationPoint(0, round)).ToList();
        Assert.Equal(3, verified.Count);
        Assert.All(verified, p => Assert.NotEqual(p[0], p[1]));
        Assert.Empty(traced.Intersect(verified.SelectMany(p => p)));
        Assert.Contains(verified, p => p[0] > traced.Min() && p[0] % 2 == 1);
        Assert.Contains(verified, p => p[0] < 16);
    }

    [Fact]
    public void Lengths_are_those_that_the_module_takes()
    {
        var plan = Plan([1, 64], p => p[0] % 32 == 0, (1, "side"));
        var all = plan.Points.Concat(plan.MorePoints()).Concat(Enumerable.Range(0, plan.Rounds).Select(r => plan.VerificationPoint(0, r))).Select(p => p[0]);
        Assert.All(all, length => Assert.Equal(0, length % 32));
        Assert.Equal([64, 96], plan.Points.Take(2).Select(p => p[0]));
    }

    [Fact]
    public void Axis_that_can_t_vary_is_refused_with_what_the_module_says()
    {
        var error = Assert.Throws<ExportException>(() => Plan([1, 16], p => p[0] is 16 or 17, (1, "time")));
        Assert.Contains("'time' can't vary", error.Message);
        Assert.Contains("takes 16, 17 only", error.Message);
        Assert.Contains("no", error.Message);
    }

    [Fact]
    public void Lengths_that_are_said_are_verified_and_traced_when_there_are_no_others()
    {
        var axes = SymbolicAxesTests.Axes([1, 10], (1, "time"));
        SymbolicAxes Said(params int[] sizes) => new([[1, 10]], new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [1] = "time" } },
            new Dictionary<string, IReadOnlyList<int>> { ["time"] = sizes });
        var free = new LengthPlan(Said(50, 90), _ => null);
        Assert.Equal([50, 90], Enumerable.Range(0, free.Rounds).Select(r => free.VerificationPoint(0, r)[0]));
        Assert.DoesNotContain(free.Points, p => p[0] is 50 or 90);

        var bound = new LengthPlan(Said(177, 344, 511), p => p[0] % 167 == 10 ? null : "no");
        Assert.Equal([10, 177, 344], bound.Points.Select(p => p[0]));
        Assert.Equal(3, bound.Rounds);
        Assert.Contains("may be 50, and the module fails there: no", Assert.Throws<ExportException>(() => new LengthPlan(Said(50), _ => "no")).Message);
    }

    internal static LengthPlan Plan(long[] shape, Func<long[], bool> takes, params (int Axis, string Name)[] names) =>
        new(SymbolicAxesTests.Axes(shape, names), p => takes(p) ? null : "no");
}
