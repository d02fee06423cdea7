using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>The shape that tensors stretch to when used together.</summary>
internal static class Broadcasting
{
    /// <summary>The common shape; an axis is null when its length is not known.</summary>
    public static IReadOnlyList<SymbolicNumber?> Of(IReadOnlyList<IReadOnlyList<SymbolicNumber?>> shapes)
    {
        var rank = shapes.Max(s => s.Count);
        return [.. Enumerable.Range(0, rank).Select(axis => Common(shapes.Where(s => axis >= rank - s.Count).Select(s => s[axis - rank + s.Count])))];
    }

    // What is not 1 decides; if it is unknown, so is the whole.
    private static SymbolicNumber? Common(IEnumerable<SymbolicNumber?> lengths)
    {
        List<SymbolicNumber?> stretched = [.. lengths.Where(l => l?.Is(1) != true)];
        return stretched.Count == 0 ? new SymbolicNumber(1) : stretched.Any(l => l is null) ? null : stretched.MinBy(l => l!.IsConstant ? 0 : 1);
    }
}
