using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Other types and other devices for the same numbers.</summary>
internal static class Casts
{
    [Converts("Tensor.to_type", "Tensor.to", "Tensor.cuda", "Tensor.mps")]
    internal static string To(ConversionContext c)
    {
        var x = c.Term("self");
        if (x.Type == c.ResultType)
            return c.Op("Identity", [x.Name]);
        // A negative float as a byte wraps by way of an integer; straight from the float it is anybody's guess.
        if (c.ResultType == ScalarType.Byte && Promotion.IsFloat(x.Type))
            x = x.To(ScalarType.Int64);
        return c.Result(x);
    }

    // Real tensors; complex ones have no counterpart in ONNX and are refused for their type.
    [Converts("Tensor.get_real", "Tensor.conj", "Tensor.conj_physical", "Tensor.resolve_conj", "Tensor.resolve_neg")]
    internal static string Real(ConversionContext c) => c.Op("Identity", [c.Tensor("self")]);

    [Converts("Tensor.angle")]
    internal static string Angle(ConversionContext c)
    {
        var x = c.Real("self");
        return c.Result((x < 0).Choose(x.Number(Math.PI), x.IsNaN().Choose(x, x.Number(0))));
    }

    [Converts("Tensor.copy_")]
    internal static string Copy(ConversionContext c) =>
        c.Op("Expand", [c.Term("source", c.ResultType).Name, c.Op("Shape", [c.Tensor("self")])]);
}
