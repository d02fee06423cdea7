namespace MLPipeline.Inference.Tests;

public sealed class TensorValueTests
{
    [Fact]
    public void Shares_the_array_it_was_given()
    {
        var data = new[] { 1f, 2f };
        var value = TensorValue.Create(data, 1, 2);

        data[0] = 9f;

        Assert.Equal(9f, value.AsSpan<float>()[0]);
        Assert.Equal("Float[1,2]", value.ToString());
    }

    [Fact]
    public void Keeps_its_shape_when_the_callers_array_changes()
    {
        long[] shape = [1, 2];
        var value = TensorValue.Create(new float[2], shape);

        shape[0] = 5;

        Assert.Equal([1, 2], value.Shape);
    }

    [Theory]
    [InlineData(3L)]
    [InlineData(2L, 2L)]
    [InlineData]
    [InlineData(-1L, -2L)]
    public void Refuses_a_shape_that_does_not_fit(params long[] shape) =>
        Assert.Contains("cannot hold 2 elements", Assert.Throws<ArgumentException>(() => TensorValue.Create(new float[2], shape)).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_type_onnx_does_not_have() =>
        Assert.Throws<NotSupportedException>(() => TensorValue.Create([DateTime.UnixEpoch], 1));

    [Fact]
    public void Refuses_to_be_read_as_another_type() =>
        Assert.Contains("holds UInt8, not SByte", Assert.Throws<InvalidOperationException>(() => TensorValue.Create(new byte[1], 1).ToArray<sbyte>()).Message, StringComparison.Ordinal);
}
