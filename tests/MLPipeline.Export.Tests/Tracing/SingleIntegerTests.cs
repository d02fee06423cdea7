using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Export.Tracing;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Tracing;

/// <summary>Examples of one integer: they must not stand for themselves alone.</summary>
public class SingleIntegerTests
{
    [Theory]
    [InlineData(3L, new[] { 0L, 1L, 2L, 3L })]
    [InlineData(-2L, new[] { -2L, -1L, 0L })]
    public void One_integer_stands_for_those_between_it_and_zero(long value, long[] expected)
    {
        using var scope = NewDisposeScope();
        var made = ExampleInputs.Like(full([2, 3], value, ScalarType.Int64), [1000], seed: 1);
        Assert.Equal(expected, made.data<long>().ToArray().Distinct().Order());
        Assert.Equal(ScalarType.Byte, ExampleInputs.Like(tensor((byte)7), [], seed: 1).dtype);
    }

    [Fact]
    public void Scalar_integer_is_exported_for_every_value_up_to_it()
    {
        using var folder = new ExportFolder();
        using var module = new OfTwo((x, position) => x + position);
        using var position = tensor(4L);
        folder.Export(module, [ExportFolder.Example(2, 4), position]);
        using var other = tensor(1L);
        folder.AssertSameNumbers(module, [ExportFolder.Example(3, 4), other], Tolerance.Default);
    }
}
