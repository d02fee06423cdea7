using MLPipeline.Export.Tracing;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Tables;

/// <summary>Finds the form of a bag of embeddings by what it answers.</summary>
internal static class BagProbe
{
    /// <summary>The form.</summary>
    /// <exception cref="ConversionException">Its answers fit no form, or several; or a look-up changes the table.</exception>
    public static BagForm Find(EmbeddingBag module)
    {
        using var mode = new EvaluationMode(module);
        using var scope = NewDisposeScope();
        var table = module.weight!.detach();
        var endIncluded = EndIncluded(module);
        TableProbe.RefuseRenormalising(module.weight!, rows => Bags(module, rows, 1, endIncluded));
        var alone = Bags(module, arange(table.shape[0], dtype: ScalarType.Int64, device: table.device), 1, endIncluded);
        // A row that is not zero and comes back as zero counts for nothing; two that come back as they are show the mode.
        var kept = alone.ne(0).any(1);
        var dropped = table.ne(0).any(1).logical_and(kept.logical_not());
        var (a, b) = TwoUnlike(table, kept);
        var combined = ModeOf(Bag(module, endIncluded, a, b), table[a], table[b]);
        return new BagForm(combined, First(dropped) ?? PaddingAmongZeros(module, table, combined, a, endIncluded), endIncluded);
    }

    private static Tensor Bag(EmbeddingBag module, bool endIncluded, params long[] indices) =>
        Bags(module, tensor(indices, device: module.weight!.device), indices.Length, endIncluded)[0];

    // A list of indices as bags of some length.
    private static Tensor Bags(EmbeddingBag module, Tensor indices, long length, bool endIncluded) =>
        module.forward(indices, arange(0, indices.shape[0] + (endIncluded ? 1 : 0), length, dtype: ScalarType.Int64, device: indices.device), null);

    private static EmbeddingBagMode ModeOf(Tensor bag, Tensor a, Tensor b)
    {
        var fits = new[] { (EmbeddingBagMode.Sum, a + b), (EmbeddingBagMode.Mean, (a + b) / 2), (EmbeddingBagMode.Max, a.maximum(b)) }
            .Where(c => allclose(bag, c.Item2)).ToList();
        return fits.Count == 1 ? fits[0].Item1 : throw new ConversionException("its table does not show whether it sums, averages or takes the largest; use an Embedding and reduce its rows");
    }

    private static (long A, long B) TwoUnlike(Tensor table, Tensor kept)
    {
        var rows = kept.nonzero().flatten();
        for (var i = 1L; i < rows.shape[0]; i++)
        {
            if (table[rows[i]].ne(table[rows[0]]).any().item<bool>())
                return (rows[0].item<long>(), rows[i].item<long>());
        }

        throw new ConversionException("its table has no two unlike rows to show whether it sums, averages or takes the largest; use an Embedding and reduce its rows");
    }

    // A row of zeros beside another: it halves a mean and lifts what is below zero, unless it counts for nothing. A sum is the same either way.
    private static long? PaddingAmongZeros(EmbeddingBag module, Tensor table, EmbeddingBagMode mode, long a, bool endIncluded)
    {
        var other = mode == EmbeddingBagMode.Max ? First((table < 0).any(1)) : a;
        if (mode == EmbeddingBagMode.Sum || other is null)
            return null;
        foreach (var zero in table.eq(0).all(1).nonzero().flatten().data<long>().ToArray())
        {
            if (allclose(Bag(module, endIncluded, zero, other.Value), table[other.Value]))
                return zero;
        }

        return null;
    }

    // An offset more than there are bags, or a last bag without any.
    private static bool EndIncluded(EmbeddingBag module) =>
        module.forward(zeros(1, ScalarType.Int64, module.weight!.device), tensor(new[] { 0L, 1 }, device: module.weight!.device), null).shape[0] == 1;

    private static long? First(Tensor marks) => marks.any().item<bool>() ? marks.nonzero()[0, 0].item<long>() : null;
}
