using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Steps that reading and writing by index are made of.</summary>
internal static class IndexBlocks
{
    /// <summary>An integer tensor as ONNX takes places: int64.</summary>
    public static string Places(this ConversionContext c, TracedValue value) => c.Cast(c.NameOf(new Argument.TensorValue(value)), value.Type, ScalarType.Int64);

    /// <summary>A tensor argument of integers as ONNX takes places: int64.</summary>
    public static string Places(this ConversionContext c, string parameter) => c.Places(c.Value(parameter));

    /// <summary>A mask as truth values; bytes count as such.</summary>
    public static string Mask(this ConversionContext c, TracedValue value) => c.Cast(c.NameOf(new Argument.TensorValue(value)), value.Type, ScalarType.Bool);

    /// <summary>A tensor or number in the result's type, with the lengths of its axes.</summary>
    public static (string Name, IReadOnlyList<SymbolicNumber?> Dims) ValueOf(this ConversionContext c, string parameter) =>
        c.Argument(parameter) is Argument.TensorValue { Value: var value }
            ? (c.Cast(c.Tensor(parameter), value.Type, c.ResultType), value.Dims!)
            : (c.ScalarOf(parameter, c.ResultType), []);

    /// <summary>A tensor or number in the result's type, stretched to a shape. Leading axes of length 1 that the shape lacks go.</summary>
    public static string Fitted(this ConversionContext c, string parameter, IReadOnlyList<SymbolicNumber?> shape)
    {
        var (name, dims) = c.ValueOf(parameter);
        var extra = Math.Max(0, dims.Count - shape.Count);
        name = c.Squeeze(name, [.. ShapeBlocks.AxesInOrder(extra)]);
        if (dims.Skip(extra).SequenceEqual(shape))
            return name;
        if (shape.All(l => l is not null))
            return c.Expand(name, [.. shape.Select(l => l!)]);
        // How many places there are is known at run time only: the value must bring one element for each.
        return dims.Count == shape.Count && dims.Zip(shape).All(p => p.Second is null || p.Second.Equals(p.First))
            ? name
            : throw new ConversionException("a value would be stretched over places whose number depends on data; give it one element for each place, or one for all");
    }
}
