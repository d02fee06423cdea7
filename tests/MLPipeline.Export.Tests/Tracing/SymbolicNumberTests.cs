using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Tests.Tracing;

public class SymbolicNumberTests
{
    private static readonly long[][] Points = [[2], [5], [1]];

    [Theory]
    [InlineData(2, 5, 1, 0, 1)] // n
    [InlineData(7, 13, 5, 3, 2)] // 2n + 3
    public void Affine_functions_are_found(double at2, double at5, double at1, double constant, double slope)
    {
        var number = SymbolicNumber.Of(Points, [at2, at5, at1]);
        Assert.Equal((constant, slope), (number.Affine!.Constant, number.Affine.Slopes.Single()));
        Assert.Throws<InvalidOperationException>(() => number.Constant);
    }

    [Theory]
    [InlineData(4, 25, 1)] // n * n
    [InlineData(1, 2, 0)] // n / 2
    [InlineData(0, 1, 1)] // n % 2
    [InlineData(2, 3, 1)] // min(n, 3)
    public void Other_functions_are_not_taken_for_affine_ones(double at2, double at5, double at1) => Assert.Null(SymbolicNumber.Of(Points, [at2, at5, at1]).Affine);

    [Fact]
    public void Number_that_never_changes_is_fixed()
    {
        var number = SymbolicNumber.Of(Points, [4, 4, 4]);
        Assert.True(number.Is(4));
        Assert.Equal(new SymbolicNumber(4), number);
    }
}
