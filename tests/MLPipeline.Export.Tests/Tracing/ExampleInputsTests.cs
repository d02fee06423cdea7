using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Export.Tracing;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Tracing;

public class ExampleInputsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Numbers_stay_in_the_example_s_range_unless_they_are_to_leave_it(bool wide)
    {
        using var scope = NewDisposeScope();
        var example = tensor(new[] { 0f, 0.25f, 0.75f, 1f });
        var made = ExampleInputs.Like(example, [1000], seed: 3, wide ? InputRange.Wide : InputRange.AsExample);
        Assert.Equal(!wide, made.ge(0).logical_and(made.le(1)).all().item<bool>());
        Assert.InRange(made.mean().item<float>(), 0.4, 0.6);
        Assert.Equal(1000, made.unique().output.numel());
    }

    [Fact]
    public void Constant_example_says_nothing_of_the_range()
    {
        using var scope = NewDisposeScope();
        var made = ExampleInputs.Like(zeros(2), [1000], seed: 3);
        Assert.InRange(made.std().item<float>(), 0.9, 1.1);
        Assert.True(ExampleInputs.Like(tensor(new[] { float.NaN, float.PositiveInfinity, 1f, 2f }), [100], seed: 3).isfinite().all().item<bool>());
    }

    [Fact]
    public void Masks_are_as_in_the_example_and_of_both_kinds_beyond_it()
    {
        using var scope = NewDisposeScope();
        var mask = ones(4, @bool);
        Assert.True(ExampleInputs.Like(mask, [100], seed: 3).all().item<bool>());
        Assert.InRange(ExampleInputs.Like(mask, [1000], seed: 3, InputRange.Wide).sum().item<long>(), 400, 600);
    }

    [Fact]
    public void Integers_are_the_example_s()
    {
        using var scope = NewDisposeScope();
        var made = ExampleInputs.Like(tensor(new[] { 3L, 7, 11 }), [100], seed: 3, InputRange.Wide);
        Assert.Equal([3L, 7, 11], made.unique().output.data<long>().ToArray());
    }

    [Fact]
    public void Function_of_probabilities_is_verified_on_probabilities()
    {
        // Beyond them it gives no number, and the file is not judged there.
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => (x.log() + (1 - x).log()).sqrt() + (x * (1 - x)).log());
        using var entropy = new Of((_, x) => -(x * x.log() + (1 - x) * (1 - x).log()));
        using var example = rand(2, 6) * 0.9 + 0.05;
        Assert.Contains("itself gives NaN", Assert.Throws<ExportException>(() => folder.Export(module, [example])).Message);
        var report = folder.Export(entropy, [example]);
        Assert.Equal(8, report.Verification.Count);
    }

    [Fact]
    public void Offsets_ascend_from_the_same_first_element_and_stay_in_range()
    {
        using var scope = NewDisposeScope();
        var example = tensor(new long[] { 0, 5, 11, 30 });
        for (var seed = 0; seed < 20; seed++)
        {
            var elements = ExampleInputs.Like(example, [6], seed).data<long>().ToArray();
            Assert.Equal(elements.Order(), elements);
            Assert.Equal(0, elements[0]);
        }

        Assert.True(ExampleInputs.Like(example, [64], seed: 1, InputRange.Wide).diff().lt(0).any().item<bool>());
    }
}
