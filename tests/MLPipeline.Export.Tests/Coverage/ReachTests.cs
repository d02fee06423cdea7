using System.Reflection;
using MLPipeline.Export.Coverage;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Coverage;

public sealed class ReachTests
{
    [Theory]
    [InlineData(typeof(torch), "relu")]
    [InlineData(typeof(torch), "zeros")]
    [InlineData(typeof(nn.functional), "softsign")]
    [InlineData(typeof(TorchSharp.Modules.Linear), "forward")]
    [InlineData(typeof(TorchSharp.Modules.Sequential), "forward")]
    public void Code_that_leads_to_converters_facts_and_constants_has_no_obstacle(Type type, string method) =>
        Assert.All(Overloads(type, method), overload => Assert.Empty(Reach.Obstacles(overload)));

    [Theory]
    [InlineData(typeof(linalg), "svd", "THSLinalg_svd")]
    [InlineData(typeof(torch), "lu", "THSTensor_lu")]
    public void A_native_function_on_the_way_is_named(Type type, string method, string native) =>
        Assert.All(Overloads(type, method), overload => Assert.Contains(native, Reach.Obstacles(overload)));

    [Fact]
    public void A_converter_that_only_says_why_not_is_an_obstacle() =>
        Assert.All(Overloads(typeof(torch), "gcd"), overload => Assert.Equal(["Tensor.gcd, which ONNX has no counterpart of"], Reach.Obstacles(overload)));

    [Fact]
    public void Reading_elements_is_an_obstacle()
    {
        static float First(Tensor x) => x.data<float>()[0];

        Assert.Contains("reads elements (data)", Reach.Obstacles(((Func<Tensor, float>)First).Method));
    }

    private static MethodInfo[] Overloads(Type type, string method) => [.. type.GetMethods().Where(m => m.Name == method)];
}
