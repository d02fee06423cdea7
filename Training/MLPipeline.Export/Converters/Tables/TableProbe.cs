using static TorchSharp.torch;

namespace MLPipeline.Export.Converters.Tables;

/// <summary>Finds out whether a table has a <c>max_norm</c>, which lies in native code.</summary>
internal static class TableProbe
{
    private const int RowsAtOnce = 8192;

    /// <summary>Looks every row up, and leaves the table as it was. One that has a max_norm shrinks the rows it hands out, and itself with them.</summary>
    /// <exception cref="ConversionException">A row changed.</exception>
    public static void RefuseRenormalising(Tensor table, Func<Tensor, Tensor> lookUp)
    {
        using var still = no_grad();
        using var scope = NewDisposeScope();
        var before = table.detach().clone();
        for (var start = 0L; start < before.shape[0]; start += RowsAtOnce)
        {
            using var rows = NewDisposeScope();
            lookUp(arange(start, Math.Min(start + RowsAtOnce, before.shape[0]), dtype: ScalarType.Int64, device: table.device));
        }

        if (allclose(table, before, rtol: 0, atol: 0, equal_nan: true))
            return;
        table.copy_(before);
        throw new ConversionException("it has a max_norm that rows of its table exceed, so that a look-up changes the table; create it without max_norm from weights scaled once");
    }
}
