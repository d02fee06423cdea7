using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Tables of vectors, looked up by index.</summary>
internal static class Embeddings
{
    private const int RowsAtOnce = 8192;

    [Converts("Embedding.forward")]
    internal static string Embedding(ConversionContext c)
    {
        var module = c.Module<Embedding>();
        RefuseRenormalising(module);
        return c.Op("Gather", [c.State("weight", module.weight!), c.Tensor("input")], ("axis", 0L));
    }

    // max_norm lies in native code. A table that has it shrinks the rows it hands out, and itself with them.
    private static void RefuseRenormalising(Embedding module)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var table = module.weight!;
        var before = table.detach().clone();
        for (var start = 0L; start < before.shape[0]; start += RowsAtOnce)
        {
            using var rows = NewDisposeScope();
            var end = Math.Min(start + RowsAtOnce, before.shape[0]);
            var handedOut = module.forward(arange(start, end, dtype: ScalarType.Int64, device: table.device));
            if (allclose(handedOut, before.slice(0, start, end, 1), rtol: 0, atol: 0, equal_nan: true))
                continue;
            table.copy_(before);
            throw new ConversionException("it has a max_norm that rows of its table exceed, so that a look-up changes the table; create it without max_norm from weights scaled once");
        }
    }
}
