using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>Operators that move elements without changing them.</summary>
internal static class Shapes
{
    [Converts("Tensor.alias", "Tensor.contiguous", "Tensor.detach", "Tensor.clone", "Tensor.cpu")]
    internal static string Same(ConversionContext c) => c.Op("Identity", [c.Tensor("self")]);

    [Converts("Tensor.view", "Tensor.reshape")]
    internal static string Reshape(ConversionContext c)
    {
        // A length left to PyTorch (-1) is known from the result, and leaves ONNX free to infer the symbolic one.
        var lengths = c.Lengths("shape").Zip(c.Results[0].Dims!, (asked, known) => asked is { IsConstant: true, Constant: -1 } && known is not null ? known : asked);
        return c.Reshape(c.Tensor("self"), [.. lengths]);
    }

    [Converts("Tensor.flatten")]
    internal static string Flatten(ConversionContext c)
    {
        if (c.Has("dims"))
            throw new ConversionException("named dimensions are not supported; give the axes by number");
        if (c.Rank("self") == 0)
            return c.Op("Reshape", [c.Tensor("self"), c.Vector(1)]);
        var start = ConversionContext.Axis(c.Int("start_dim", 0), c.Rank("self"));
        var end = ConversionContext.Axis(c.Int("end_dim", -1), c.Rank("self"));
        if (start == 1 && end == c.Rank("self") - 1)
            return c.Op("Flatten", [c.Tensor("self")], ("axis", 1L));
        return c.Reshape(c.Tensor("self"), ResultLengths(c));
    }

    [Converts("Tensor.unsqueeze")]
    internal static string Unsqueeze(ConversionContext c) => c.Op("Unsqueeze", [c.Tensor("self"), c.Vector(c.Int("dim"))]);

    [Converts("Tensor.transpose")]
    internal static string Transpose(ConversionContext c)
    {
        var rank = c.Rank("self");
        var order = Enumerable.Range(0, rank).Select(i => (long)i).ToArray();
        var (a, b) = (ConversionContext.Axis(c.Int("dim0"), rank), ConversionContext.Axis(c.Int("dim1"), rank));
        (order[a], order[b]) = (order[b], order[a]);
        return c.Op("Transpose", [c.Tensor("self")], ("perm", order));
    }

    [Converts("Tensor.permute")]
    internal static string Permute(ConversionContext c) => c.Op(
        "Transpose", [c.Tensor("self")], ("perm", c.Ints("permutation").Select(a => ConversionContext.Axis(a, c.Rank("self"))).ToArray()));

    [Converts("torch.cat", "torch.concat", "torch.concatenate")]
    internal static string Concat(ConversionContext c)
    {
        var axis = ConversionContext.Axis(c.Int(c.Has("axis") ? "axis" : "dim", 0), c.Results[0].Shape.Length);
        var types = c.Items("tensors").Select(t => ((Argument.TensorValue)t).Value.Type).ToList();
        var names = c.Tensors("tensors").Zip(types, (name, type) => c.Cast(name, type, c.ResultType));
        return c.Op("Concat", names, ("axis", axis));
    }

    // The lengths as traced, with an axis that is no affine function of the symbols left for the runtime to infer.
    private static List<Affine> ResultLengths(ConversionContext c)
    {
        var lengths = c.Results[0].Dims!;
        if (lengths.Count(l => l is null) > 1)
            throw new ConversionException("more than one axis of the result depends on a symbolic length in a way that can't be written down");
        return [.. lengths.Select(l => l ?? new Affine(-1))];
    }
}
