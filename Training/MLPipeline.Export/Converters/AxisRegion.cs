using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>Some places along one axis: <c>Start, Start + Step, ...</c>, as many as <c>Length</c>.</summary>
/// <param name="Start">The first place, counted from the front.</param>
/// <param name="Length">How many places there are.</param>
/// <param name="Step">How far they are apart, at least 1.</param>
internal sealed record AxisRegion(SymbolicNumber Start, SymbolicNumber Length, long Step)
{
    /// <summary>The places of a Python slice of an axis of a given length.</summary>
    public static AxisRegion OfSlice(SymbolicNumber axisLength, SymbolicNumber? start, SymbolicNumber? stop, long step)
    {
        var first = Within(axisLength, start ?? new SymbolicNumber(0));
        var end = Within(axisLength, stop ?? axisLength);
        var span = end.Minus(first);
        if (step == 1)
            return new AxisRegion(first, NotNegative(span), 1);
        return span.IsConstant && first.IsConstant
            ? new AxisRegion(first, new SymbolicNumber(Math.Max(0, Math.Ceiling(span.Constant / step))), step)
            : throw new ConversionException("writing every few places of a symbolic axis is not supported; export with that axis fixed");
    }

    /// <summary>One place; a negative one counts from the end. A fixed one lies within the axis, or the module itself would fail.</summary>
    public static AxisRegion OfSingle(SymbolicNumber axisLength, SymbolicNumber index) =>
        new(!index.IsConstant ? Within(axisLength, index) : index.Constant < 0 ? axisLength.Plus(index) : index, new SymbolicNumber(1), 1);

    /// <summary>Whether these are all places of an axis.</summary>
    public bool IsAll(SymbolicNumber axisLength) => Step == 1 && Start.Is(0) && Length.Equals(axisLength);

    /// <summary>Writes a part over these places of a value.</summary>
    public string Write(ConversionContext c, string value, int axis, SymbolicNumber axisLength, string part)
    {
        if (IsAll(axisLength))
            return part;
        if (Step == 1)
        {
            var end = Start.Plus(Length);
            List<string> parts = [part];
            if (!Start.Is(0))
                parts.Insert(0, c.Slice(value, axis, new SymbolicNumber(0), Start));
            if (!end.Equals(axisLength))
                parts.Add(c.Slice(value, axis, end));
            return c.Op("Concat", parts, ("axis", (long)axis));
        }

        // Behind the old elements come the new ones; each place of the result picks one or the other.
        var length = axisLength.IsConstant ? (long)axisLength.Constant : throw new ConversionException("writing every few places of a symbolic axis is not supported");
        var places = Enumerable.Range(0, (int)length).Select(i => (long)i).ToArray();
        for (var i = 0; i < Length.Constant; i++)
            places[(long)Start.Constant + (i * Step)] = length + i;
        return c.Pick(c.Op("Concat", [value, part], ("axis", (long)axis)), axis, places);
    }

    // A bound counted from the front and cut to the axis.
    private static SymbolicNumber Within(SymbolicNumber length, SymbolicNumber bound)
    {
        if (bound.IsConstant && length.IsConstant)
            return new SymbolicNumber(Math.Clamp(bound.Constant < 0 ? bound.Constant + length.Constant : bound.Constant, 0, length.Constant));
        var place = bound.IsConstant && bound.Constant < 0 ? length.Plus(bound) : bound;
        if (Least(place) < 0 || Least(length.Minus(place)) < 0)
            throw new ConversionException("whether a bound lies within the axis depends on a symbolic length; export with that axis fixed");
        return place;
    }

    private static SymbolicNumber NotNegative(SymbolicNumber span)
    {
        if (span.IsConstant)
            return new SymbolicNumber(Math.Max(0, span.Constant));
        return Least(span) >= 0 ? span : throw new ConversionException("whether a slice is empty depends on a symbolic length; export with that axis fixed");
    }

    // The least value at symbols of 1 and more.
    private static double Least(SymbolicNumber length) => length.IsConstant
        ? length.Constant
        : length.Affine is { } affine && affine.Slopes.All(s => s >= 0) ? affine.Constant + affine.Slopes.Sum() : double.NegativeInfinity;
}
