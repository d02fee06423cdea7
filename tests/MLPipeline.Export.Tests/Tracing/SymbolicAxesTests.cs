using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Tests.Tracing;

public class SymbolicAxesTests
{
    [Fact]
    public void Batch_is_traced_at_lengths_that_tell_functions_apart()
    {
        var axes = new SymbolicAxes([[8, 3, 4, 4]], SymbolicAxes.BatchOf([[8, 3, 4, 4]]));
        Assert.Equal(["batch"], axes.Names);
        Assert.Equal(1, axes.Points[^1][0]);
        Assert.Equal(3, axes.Points.Select(p => p[0]).Distinct().Count());
        Assert.Equal([5, 3, 4, 4], axes.ShapeAt(0, [8, 3, 4, 4], [5]));
    }

    [Fact]
    public void Verification_sets_the_batch_and_varies_other_symbols_over_traced_lengths()
    {
        var axes = new SymbolicAxes([[2, 16]], new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [0] = "batch", [1] = "time" } });
        Assert.Equal([[7, 16], [7, 32]], new[] { axes.VerificationPoint(7, 0), axes.VerificationPoint(7, 1) }.OrderBy(p => p[1]));
    }

    [Fact]
    public void Verification_gives_height_and_width_different_lengths()
    {
        var axes = new SymbolicAxes(
            [[2, 1, 16, 16]],
            new Dictionary<int, IReadOnlyDictionary<int, string>> { [0] = new Dictionary<int, string> { [2] = "height", [3] = "width" } });
        for (var round = 0; round < 2; round++)
            Assert.NotEqual(axes.VerificationPoint(0, round)[0], axes.VerificationPoint(0, round)[1]);
    }

    [Theory]
    [InlineData(2, 5, 1, 0, 1)] // n
    [InlineData(7, 13, 5, 3, 2)] // 2n + 3
    [InlineData(4, 4, 4, 4, 0)] // constant
    public void Affine_functions_are_found(double at2, double at5, double at1, double constant, double slope)
    {
        var fit = Affine.Fit([[2], [5], [1]], [at2, at5, at1])!;
        Assert.Equal(constant, fit.Constant);
        Assert.Equal(slope, fit.Slopes.Sum());
    }

    [Theory]
    [InlineData(4, 25, 1)] // n * n
    [InlineData(1, 2, 0)] // n / 2
    [InlineData(0, 1, 1)] // n % 2
    [InlineData(2, 3, 1)] // min(n, 3)
    public void Other_functions_are_refused(double at2, double at5, double at1) => Assert.Null(Affine.Fit([[2], [5], [1]], [at2, at5, at1]));
}
