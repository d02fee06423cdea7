using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Tables;

/// <summary>Tables of vectors, looked up by index.</summary>
internal static class Embeddings
{
    [Converts("Embedding.forward")]
    internal static string Embedding(ConversionContext c)
    {
        var module = c.Module<Embedding>();
        TableProbe.RefuseRenormalising(module.weight!, module.forward);
        return c.Op("Gather", [c.State("weight", module.weight!), c.Tensor("input")], ("axis", 0L));
    }

    [Converts("EmbeddingBag.forward")]
    internal static string Bag(ConversionContext c)
    {
        var module = c.Module<EmbeddingBag>();
        var form = BagProbe.Find(module);
        if (form.EndIncluded && !c.Has("offsets"))
            throw new ConversionException("with include_last_offset PyTorch leaves out the last of bags given as rows; create it without");
        var rows = new Term(c, c.Op("Gather", [c.State("weight", module.weight!), c.Tensor("input")], ("axis", 0L)), c.ResultType);
        if (c.Has("perSampleWeights"))
            rows *= new Term(c, c.Unsqueeze(c.Tensor("perSampleWeights"), -1), c.ResultType);
        var counts = form.Padding is { } padding ? !c.Term("input", ScalarType.Int64).Is(padding) : null;
        return c.Result(c.Has("offsets") ? EmbeddingBags.OfOffsets(c, form, rows, counts) : EmbeddingBags.OfRows(c, form, rows, counts));
    }
}
