using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>One way to call an operator, with inputs to call it on.</summary>
/// <param name="Create">Makes the module that calls it.</param>
/// <param name="Examples">Makes one example for each input; axis 0 of each becomes the batch.</param>
internal sealed record OperatorCase(Func<nn.Module> Create, Func<Tensor[]> Examples)
{
    /// <summary>Further inputs to run the file on, such as infinities, NaN, zeros and ties: like the examples, in shape but for the batch, and in type.</summary>
    public Func<Tensor[][]> Edges { get; init; } = () => [];

    /// <summary>Whether every axis keeps the example's length.</summary>
    public bool Fixed { get; init; }

    /// <summary>The lowest opset that has what the operator needs; at a lower one it must be refused, naming this one.</summary>
    public int Since { get; init; } = OnnxExportOptions.LowestOpset;

    /// <summary>The axes that vary, as <see cref="OnnxExportOptions.DynamicAxes"/> has them.</summary>
    public IReadOnlyDictionary<int, IReadOnlyDictionary<int, string>>? Axes { get; init; }

    /// <summary>How far apart the numbers may be.</summary>
    public Tolerance Tolerance { get; init; } = Tolerance.Default;

    /// <summary>A function of one tensor of normally distributed numbers.</summary>
    public static OperatorCase Of(Func<Tensor, Tensor> function, params long[] shape) => Module(() => new Of((_, x) => function(x)), shape);

    /// <summary>A function of two tensors of normally distributed numbers.</summary>
    public static OperatorCase Of(Func<Tensor, Tensor, Tensor> function, long[] first, long[] second) => Module(() => new OfTwo(function), first, second);

    /// <summary>A function that gives several tensors.</summary>
    public static OperatorCase OfMany(Func<Tensor, IReadOnlyList<Tensor>> function, params long[] shape) => Module(() => new OfMany(function), shape);

    /// <summary>A function of one tensor of another type: integers from -5 to 5, truth values, or normally distributed numbers.</summary>
    public static OperatorCase Typed(ScalarType type, Func<Tensor, Tensor> function, params long[] shape) =>
        new(() => new Of((_, x) => function(x)), () => [ExampleOf(type, shape)]);

    /// <summary>A function of two tensors, of which the second holds indices from <paramref name="low"/> to before <paramref name="high"/>.</summary>
    public static OperatorCase Indexed(Func<Tensor, Tensor, Tensor> function, long[] shape, long[] indices, long high, long low = 0) => new(
        () => new OfTwo(function),
        () => [ExportFolder.Example(shape), randint(low, high, indices, dtype: ScalarType.Int64, generator: new Generator(5, CPU))])
    {
        Axes = OwnAxes(shape[0] == indices[0] ? "batch" : "places"),
    };

    /// <summary>A function of two tensors, of which the second holds truth values.</summary>
    public static OperatorCase Masked(Func<Tensor, Tensor, Tensor> function, long[] shape, long[] mask) => new(
        () => new OfTwo(function),
        () => [ExportFolder.Example(shape), ExampleOf(ScalarType.Bool, mask)]);

    /// <summary>A module of inputs of normally distributed numbers.</summary>
    public static OperatorCase Module(Func<nn.Module> create, params long[][] shapes) =>
        new(create, () => [.. shapes.Select((s, i) => ExportFolder.Example(s) + i)]);

    /// <summary>A module of one input of normally distributed numbers.</summary>
    public static OperatorCase Module(Func<nn.Module> create, params long[] shape) => Module(create, [shape]);

    /// <summary>Exports, which verifies at batch 3 with the runtime's optimisations off and on, and runs the file on the edge inputs too.</summary>
    public void Check(int opset)
    {
        using var scope = NewDisposeScope();
        using var folder = new ExportFolder();
        using var module = Create();
        var options = new OnnxExportOptions { Opset = opset, BatchSizes = [3], Tolerance = Tolerance, DynamicAxes = Axes };
        if (opset < Since)
        {
            var refused = Assert.Throws<ExportException>(() => folder.Export(module, Examples(), options));
            Assert.Contains($"needs opset {Since}", refused.Message);
            return;
        }

        if (Fixed)
            options = options with { DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>>() };
        var report = folder.Export(module, Examples(), options);
        Assert.True(report.Verification.Count >= 2);
        foreach (var edge in Edges())
            folder.AssertSameNumbers(module, edge, Tolerance);
    }

    private static Dictionary<int, IReadOnlyDictionary<int, string>> OwnAxes(string second) => new()
    {
        [0] = new Dictionary<int, string> { [0] = "batch" },
        [1] = new Dictionary<int, string> { [0] = second },
    };

    private static Tensor ExampleOf(ScalarType type, long[] shape)
    {
        using var generator = new Generator(17, CPU);
        return type switch
        {
            ScalarType.Bool => randint(0, 2, shape, dtype: ScalarType.Int64, generator: generator).to(type),
            ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 => randn(shape, generator: generator).to(type),
            _ => randint(type == ScalarType.Byte ? 0 : -5, 6, shape, dtype: ScalarType.Int64, generator: generator).to(type),
        };
    }

    /// <summary>The names of some cases, each at the lowest and at the highest opset.</summary>
    public static TheoryData<string, int> AtBothOpsets(IEnumerable<string> names)
    {
        var data = new TheoryData<string, int>();
        foreach (var name in names)
        {
            data.Add(name, OnnxExportOptions.LowestOpset);
            data.Add(name, OnnxExportOptions.HighestOpset);
        }

        return data;
    }
}
