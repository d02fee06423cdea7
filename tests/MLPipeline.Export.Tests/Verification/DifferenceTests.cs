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

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Column_that_is_small_beside_the_others_is_held_to_its_own_scale(int axis)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var columns = rand([2, 6, 5], generator: generator) * tensor(new[] { 640f, 640, 640, 640, 1 });
        string? Fault(Tensor error)
        {
            var actual = columns + error;
            var (given, expected) = axis == 1 ? (actual.transpose(1, 2).contiguous(), columns.transpose(1, 2)) : (actual, columns);
            return Difference.Between(TensorValue.Create(given.data<float>().ToArray(), given.shape), expected, Tolerance.Default).Fault;
        }

        var last = tensor(new[] { 0f, 0, 0, 0, 1 });
        Assert.Contains($"all elements at 4 of axis {(axis == 1 ? 1 : 2)} differ", Fault(last * 0.03));
        Assert.Null(Fault(last * 0.001)); // rounding of coordinates
        Assert.Null(Fault(last * 0.03 * (rand([2, 6, 5], generator: generator) > 0.5))); // not all of it
    }

    [Fact]
    public void Few_of_very_many_may_stray_where_that_is_allowed()
    {
        using var scope = NewDisposeScope();
        var expected = arange(2000, int64);
        var swapped = expected.data<long>().ToArray();
        (swapped[7], swapped[8]) = (swapped[8], swapped[7]);
        Assert.Null(Difference.Between(TensorValue.Create(swapped, 2000), expected, Hundredth, stray: 0.001).Fault);
        swapped[1000] = 5;
        Assert.NotNull(Difference.Between(TensorValue.Create(swapped, 2000), expected, Hundredth, stray: 0.001).Fault);
        Assert.NotNull(Difference.Between(TensorValue.Create(new[] { 1L, 0 }, 2), arange(2, int64), Hundredth, stray: 0.001).Fault);
    }

    [Fact]
    public void Other_shape_is_a_fault()
    {
        using var module = tensor(new[] { 1f, 2f }, 2, 1);
        Assert.Contains("[1,2] where the module gives [2,1]", Difference.Between(TensorValue.Create(new[] { 1f, 2f }, 1, 2), module, Hundredth).Fault);
    }
}
