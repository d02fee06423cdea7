namespace MLPipeline.Export.Tracing.Recording;

/// <summary>
/// What became of values whose memory was changed in place. A graph changes nothing in place: a write to a view is a new value of its base with
/// the view's part replaced, and every other view of that base is, from then on, taken from the new one. It is taken when it is next used.
/// </summary>
internal sealed class ViewHistory
{
    private readonly Dictionary<ValueOrigin, TracedValue> _became = [];
    private readonly HashSet<ValueOrigin> _lost = [];

    /// <summary>What converters of writes to a view are called: this, and the operator that took the view.</summary>
    public const string WriteTo = "write ";

    /// <summary>Adds a call to the trace, by key and arguments, and gives its result, which has the shape and type of the last.</summary>
    public Func<string, IReadOnlyDictionary<string, Argument>, TracedValue, TracedValue> Add { get; set; } =
        (_, _, _) => throw new InvalidOperationException("Nothing is being recorded.");

    /// <summary>A value's memory holds another value now: so does, in part, the memory of what it is a view of.</summary>
    /// <returns>The new value, as a view of what its base has become.</returns>
    public TracedValue Change(TracedValue old, TracedValue fresh)
    {
        if (old.View is { } view)
        {
            // The base may have been changed elsewhere since the view was taken.
            var before = Renew(view.Base);
            var written = Add(WriteTo + view.Key, view.With(before, ("written", fresh)), before);
            fresh = fresh with { View = view with { Base = Change(before, written) } };
        }

        _became[old.Origin] = fresh;
        return fresh;
    }

    /// <summary>The memory of a constant was changed through a view: what was known of its elements is no longer so.</summary>
    public void Lose(TracedValue constant) => _lost.Add(BaseOf(constant).Origin);

    /// <summary>Whether it is not known what the memory under a view holds.</summary>
    public bool IsLost(TracedValue value) => _lost.Contains(BaseOf(value).Origin);

    /// <summary>What a value's memory holds by now. A view that was not written to itself is taken anew from what its base has become.</summary>
    public TracedValue Renew(TracedValue value)
    {
        var current = Current(value);
        if (current.View is not { } view)
            return current;
        var from = Renew(view.Base);
        if (from.Origin == view.Base.Origin)
            return current;
        var fresh = Add(view.Key, view.With(from), current) with { View = view with { Base = from } };
        return _became[current.Origin] = fresh;
    }

    /// <summary>Whether two values lie in one memory for all that is known of how they came to be.</summary>
    public bool ShareBase(TracedValue a, TracedValue b) => BaseOf(a).Origin == BaseOf(b).Origin;

    /// <summary>The value at the end of a chain of views, as it is by now.</summary>
    public TracedValue BaseOf(TracedValue value)
    {
        var current = Current(value);
        return current.View is { } view ? BaseOf(view.Base) : current;
    }

    private TracedValue Current(TracedValue value)
    {
        while (_became.TryGetValue(value.Origin, out var next) && next.Origin != value.Origin)
            value = next;
        return value;
    }
}
