using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>Operators that give the same elements, in the same order, another shape.</summary>
internal static class Shapes
{
    [Converts("Tensor.alias", "Tensor.contiguous", "Tensor.detach", "Tensor.clone", "Tensor.cpu")]
    internal static string Same(ConversionContext c) => c.Op("Identity", [c.Tensor("self")]);

    [Converts("Tensor.view", "Tensor.reshape")]
    internal static string Reshape(ConversionContext c)
    {
        // A length left to PyTorch (-1) is known from the result.
        return c.Reshape(c.Tensor("self"), [.. c.Lengths("shape").Zip(c.Results[0].Dims!, (asked, known) => asked.Is(-1) ? known : asked)]);
    }

    [Converts("Tensor.ravel", "Tensor.atleast_1d", "Tensor.atleast_2d", "Tensor.atleast_3d")]
    internal static string AsResult(ConversionContext c) => c.ReshapeToResult(c.Tensor("self"));

    [Converts("Tensor.flatten")]
    internal static string Flatten(ConversionContext c)
    {
        if (c.Has("dims"))
            throw new ConversionException("named dimensions are not supported; give the axes by number");
        if (c.Rank("self") == 0)
            return c.Op("Reshape", [c.Tensor("self"), c.Vector(1)]);
        var start = c.AxisOf("start_dim", fallback: 0);
        var end = c.AxisOf("end_dim", fallback: -1);
        if (start == 1 && end == c.Rank("self") - 1)
            return c.Op("Flatten", [c.Tensor("self")], ("axis", 1L));
        return c.ReshapeToResult(c.Tensor("self"));
    }

    [Converts("Tensor.unflatten")]
    internal static string Unflatten(ConversionContext c) => c.Literal("dim") is string name
        ? throw new ConversionException($"the named dimension '{name}' is not supported; give the axis by number")
        : c.ReshapeToResult(c.Tensor("self"));

    [Converts("Tensor.unsqueeze")]
    internal static string Unsqueeze(ConversionContext c) => c.Unsqueeze(c.Tensor("self"), c.Int("dim"));

    [Converts("Tensor.squeeze")]
    internal static string Squeeze(ConversionContext c)
    {
        var shape = c.Shape("self");
        if (shape.Count == 0)
            return c.Op("Identity", [c.Tensor("self")]);
        long[] asked = c.Has("dim") ? [c.AxisOf("dim")] : [.. ShapeBlocks.AxesInOrder(shape.Count)];
        // Where data decides the length, it was 1 in the traces, and at another length the runtime refuses to go on.
        if (asked.Length == 1 && shape[(int)asked[0]].IsOfData && c.Results[0].Shape.Length < shape.Count)
            return c.Squeeze(c.Tensor("self"), asked);
        if (asked.FirstOrDefault(a => MayBeOne(shape[(int)a]), -1) is var axis and >= 0)
            throw new ConversionException($"axis {axis} is symbolic, and goes away only where its length is 1; squeeze a fixed axis, by number");
        long[] dropped = [.. asked.Where(a => shape[(int)a] is { IsConstant: true, Constant: 1 })];
        return dropped.Length == 0 ? c.Op("Identity", [c.Tensor("self")]) : c.Squeeze(c.Tensor("self"), dropped);
    }

    [Converts("Tensor.expand", "Tensor.broadcast_to")]
    internal static string Expand(ConversionContext c) => c.Expand(c.Tensor("self"), c.ResultShape());

    [Converts("torch.broadcast_tensors")]
    internal static IReadOnlyList<string> Broadcast(ConversionContext c) => [.. c.Tensors("tensors").Select(t => c.Expand(t, c.ResultShape()))];

    // A symbol is at least 1: a length that only grows from 2 never is 1.
    private static bool MayBeOne(SymbolicNumber length) =>
        !length.IsConstant && (length.Affine is not { } affine || affine.Slopes.Any(s => s < 0) || affine.Constant + affine.Slopes.Sum() <= 1);
}
