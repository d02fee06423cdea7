using System.Reflection;
using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Tracing;

public class ConvolutionStandInTests
{
    [Theory]
    [InlineData(1, 1, 0, 1, 1)]
    [InlineData(3, 2, 1, 1, 2)]
    [InlineData(3, 1, 2, 2, 1)]
    [InlineData(4, 3, 1, 1, 4)]
    public void Stand_in_has_the_shape_and_type_of_the_result(long kernel, long stride, long padding, long dilation, long groups)
    {
        using var scope = NewDisposeScope();
        for (var spatial = 1; spatial <= 3; spatial++)
        {
            var method = Convolution(spatial);
            long[] All(long value) => [.. Enumerable.Repeat(value, spatial)];
            object Argument(long value) => spatial == 1 ? value : All(value);
            object?[] arguments = [randn([2, 4, .. All(11)]), randn([8, 4 / groups, .. All(kernel)]), null, Argument(stride), Argument(padding), Argument(dilation), groups];
            var (real, stand) = ((Tensor)method.Invoke(null, arguments)!, ConvolutionStandIn.Of(method, arguments, 0.5)!);
            Assert.Equal(real.shape, stand.shape);
            Assert.Equal(real.dtype, stand.dtype);
        }
    }

    [Fact]
    public void Convolution_of_another_form_runs()
    {
        using var scope = NewDisposeScope();
        var method = Convolution(2);
        Tensor? Of(Tensor input, Tensor weight) => ConvolutionStandIn.Of(method, [input, weight, null, null, null, null, 1L], 0.5);
        Assert.NotNull(Of(randn(1, 4, 5, 5), randn(8, 4, 3, 3)));
        Assert.Null(Of(randn(4, 5, 5), randn(8, 4, 3, 3))); // no batch axis
        Assert.Null(Of(randn(1, 3, 5, 5), randn(8, 4, 3, 3))); // fails, in its own words
        Assert.Null(Of(randn(1, 4, 2, 2), randn(8, 4, 3, 3)));
        Assert.Null(Of(ones([1, 4, 5, 5], dtype: ScalarType.Int64), ones([8, 4, 3, 3], dtype: ScalarType.Int64)));
    }

    [Fact]
    public void Elements_of_a_large_image_s_features_can_t_become_constants()
    {
        using var folder = new ExportFolder();
        using var module = nn.Sequential(nn.Conv2d(1, 1, 3, stride: 64), new Of((_, x) => x + tensor(x.data<float>().ToArray()).mean()));
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [1, 1, 260, 260]));
        Assert.Contains("reads elements of a traced tensor", error.Message);
    }

    private static MethodInfo Convolution(int spatial) =>
        typeof(nn.functional).GetMethods().Single(m => m.Name == $"conv{spatial}d" && m.GetParameters().Length == 7);
}
