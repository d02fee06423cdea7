using MLPipeline.Export.Verification;
using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Verification;

public class DifferenceTests
{
    private static readonly Tolerance Hundredth = new(0.01, 0);

    [Theory]
    [InlineData(1f, 1.005f, true)]
    [InlineData(1f, 1.02f, false)]
    [InlineData(float.NaN, 1f, false)]
    [InlineData(1f, float.NaN, false)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, true)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity, false)]
    [InlineData(float.NegativeInfinity, -1e30f, false)]
    public void Agreement_is_within_the_tolerance_and_never_by_accident(float actual, float expected, bool agrees)
    {
        using var module = tensor(new[] { 0f, expected });
        var difference = Difference.Between(TensorValue.Create(new[] { 0f, actual }, 2), module, Hundredth);
        Assert.Equal(agrees, difference.Fault is null);
    }

    [Fact]
    public void Errors_are_measured_absolutely_and_against_the_largest_value()
    {
        using var module = tensor(new[] { 1f, -8f });
        var difference = Difference.Between(TensorValue.Create(new[] { 3f, -8f }, 2), module, new Tolerance(0, 0.125));
        Assert.Equal((2, 0.25), (difference.MaxAbsolute, difference.MaxRelative));
        Assert.Contains("element 0 is 3 where the module gives 1", difference.Fault);
    }

    [Fact]
    public void Integers_must_be_equal_to_the_last_digit()
    {
        using var module = tensor(new[] { (1L << 60) + 1, 2 });
        var difference = Difference.Between(TensorValue.Create(new[] { 1L << 60, 2 }, 2), module, new Tolerance(1, 1));
        Assert.Contains("element 0 is 1152921504606846976 where the module gives 1152921504606846977, and 1 of 2 differ", difference.Fault);
        using var truth = tensor(new[] { true, false });
        Assert.Null(Difference.Between(TensorValue.Create(new[] { true, false }, 2), truth, Hundredth).Fault);
        Assert.NotNull(Difference.Between(TensorValue.Create(new[] { true, true }, 2), truth, new Tolerance(2, 2)).Fault);
    }

    [Fact]
    public void Other_shape_is_a_fault()
    {
        using var module = tensor(new[] { 1f, 2f }, 2, 1);
        Assert.Contains("[1,2] where the module gives [2,1]", Difference.Between(TensorValue.Create(new[] { 1f, 2f }, 1, 2), module, Hundredth).Fault);
    }
}
