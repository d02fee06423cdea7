using MLPipeline.Export.Tracing.Recording;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Tables;

/// <summary>Bags of rows as one row each. A bag without any is zeros.</summary>
internal static class EmbeddingBags
{
    /// <summary>Bags of one length: rows [bag, element, width].</summary>
    /// <param name="c">The call.</param>
    /// <param name="form">What is done with them.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="counts">Which elements count, [bag, element]; null when all do.</param>
    public static Term OfRows(ConversionContext c, BagForm form, Term rows, Term? counts)
    {
        if (counts is null)
            return rows.Reduce(form.Mode switch { EmbeddingBagMode.Sum => "ReduceSum", EmbeddingBagMode.Mean => "ReduceMean", _ => "ReduceMax" }, [1], keepDimension: false);
        return Reduced(form, rows, counts with { Name = c.Unsqueeze(counts.Name, 2) });
    }

    /// <summary>Bags that begin at offsets into one list: rows [element, width].</summary>
    /// <param name="c">The call.</param>
    /// <param name="form">What is done with them.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="counts">Which elements count; null when all do.</param>
    public static Term OfOffsets(ConversionContext c, BagForm form, Term rows, Term? counts)
    {
        var length = c.Shape("input")[0];
        var offsets = c.Term("offsets", ScalarType.Int64);
        var later = c.Slice(offsets.Name, 0, new SymbolicNumber(1));
        var (starts, ends) = form.EndIncluded
            ? (c.Slice(offsets.Name, 0, new SymbolicNumber(0), new SymbolicNumber(-1)), later)
            : (offsets.Name, c.Op("Concat", [later, c.ShapeVector([length])], ("axis", 0L)));
        var places = offsets with { Name = c.Counting(length) };
        var inBag = (places >= Column(starts)) & (places < Column(ends));
        if (counts is not null)
            inBag &= counts;
        // [bag, element, 1] beside [1, element, width].
        return Reduced(form, rows with { Name = c.Unsqueeze(rows.Name, 0) }, inBag with { Name = c.Unsqueeze(inBag.Name, 2) });

        Term Column(string vector) => offsets with { Name = c.Unsqueeze(vector, 1) };
    }

    private static Term Reduced(BagForm form, Term rows, Term counts)
    {
        var number = counts.To(rows.Type).Reduce("ReduceSum", [1], keepDimension: false);
        if (form.Mode == EmbeddingBagMode.Max)
            return number.Is(0).Choose(rows.Number(0), counts.Choose(rows, rows.Number(double.NegativeInfinity)).Reduce("ReduceMax", [1], keepDimension: false));
        var sum = counts.Choose(rows, rows.Number(0)).Reduce("ReduceSum", [1], keepDimension: false);
        return form.Mode == EmbeddingBagMode.Sum ? sum : sum / number.Max(number.Number(1));
    }
}
