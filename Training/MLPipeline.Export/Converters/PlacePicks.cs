using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// The tensors of an index expression, as one table of places. Their axes, broadcast together, stand in the result where the indexed axes stood if
/// those are neighbours, and in front if not.
/// </summary>
internal sealed class PlacePicks
{
    private readonly List<long> _axes = [];
    private readonly List<string> _indices = [];
    private readonly int _rank;

    /// <summary>Makes the index tensors: those given, and of each mask the places where it is true.</summary>
    public PlacePicks(ConversionContext c, IndexPlan plan)
    {
        _rank = plan.Layout.Count;
        var shapes = new List<IReadOnlyList<SymbolicNumber?>>();
        foreach (var (at, places) in plan.Picks)
        {
            if (!places.IsMask)
            {
                Add(at, c.Places(places.Value));
                shapes.Add(places.Value.Dims!);
                continue;
            }

            var found = c.Op("NonZero", [c.Mask(places.Value)]);
            for (var i = 0; i < places.Value.Shape.Length; i++)
                Add(at + i, c.Take(found, 0, new SymbolicNumber(i)));
            shapes.Add([null]);
        }

        Broadcast = Broadcasting.Of(shapes);
        if (_indices.Count > 1 && shapes.Any(s => s.Any(l => l is null) || !s.SequenceEqual(shapes[0])))
            Align(c);
    }

    /// <summary>The lengths of the index tensors' axes, broadcast together; null where it depends on data.</summary>
    public IReadOnlyList<SymbolicNumber?> Broadcast { get; }

    /// <summary>The axis of the result at which the index tensors' axes begin.</summary>
    public int At => _axes.Zip(_axes.Skip(1)).All(p => p.Second == p.First + 1) ? (int)_axes[0] : 0;

    /// <summary>The lengths of the result's axes.</summary>
    public IReadOnlyList<SymbolicNumber?> ResultShape(IReadOnlyList<SymbolicNumber> viewShape)
    {
        List<SymbolicNumber?> rest = [.. viewShape.Where((_, axis) => !_axes.Contains(axis))];
        rest.InsertRange(At, Broadcast);
        return rest;
    }

    /// <summary>The elements at the places.</summary>
    public string Read(ConversionContext c, string view)
    {
        if (_axes.Count == 1)
            return c.Op("Gather", [view, _indices[0]], ("axis", _axes[0]));
        var picked = c.Op("GatherND", [c.Transpose(view, IndexedFirst()), Table(c)]);
        return c.TransposeBack(picked, PicksFirst());
    }

    /// <summary>The view with other elements at the places.</summary>
    /// <param name="c">The call.</param>
    /// <param name="view">The view.</param>
    /// <param name="part">The new elements, of the result's shape.</param>
    /// <param name="accumulate">Whether they are added to what is there.</param>
    public string Write(ConversionContext c, string view, string part, bool accumulate)
    {
        var (ordered, updates) = (c.Transpose(view, IndexedFirst()), c.Transpose(part, PicksFirst()));
        return c.TransposeBack(accumulate ? Added(c, ordered, updates) : c.Op("ScatterND", [ordered, Table(c), updates]), IndexedFirst());
    }

    // ONNX Runtime's ScatterND adds from several threads at once and loses some; ScatterElements adds one after the other. Of two axes: the places,
    // counted through all indexed axes, and all the others.
    private string Added(ConversionContext c, string ordered, string updates)
    {
        if (c.Opset < 16)
            throw new ConversionException("adding up what falls on the same place needs opset 16");
        var rows = c.Op("Flatten", [updates], ("axis", (long)Broadcast.Count));
        var places = c.Op("Expand", [c.Op("Reshape", [RowNumbers(c, ordered), c.Vector(-1, 1)]), c.Op("Shape", [rows])]);
        var table = c.Op("Flatten", [ordered], ("axis", (long)_axes.Count));
        var added = c.Op("ScatterElements", [table, places, rows], ("axis", 0L), ("reduction", "add"));
        return c.Op("Reshape", [added, c.Op("Shape", [ordered])], ("allowzero", 1L));
    }

    private string RowNumbers(ConversionContext c, string ordered)
    {
        if (_indices.Count == 1)
            return _indices[0];
        var rows = new Term(c, "", ScalarType.Int64);
        for (var i = 0; i < _indices.Count; i++)
        {
            var length = rows with { Name = Creation.LengthOf(c, ordered, i) };
            var index = rows with { Name = _indices[i] };
            var place = (index < 0).Choose(index + length, index);
            rows = i == 0 ? place : (rows * length) + place;
        }

        return rows.Name;
    }

    private void Add(int axis, string indices)
    {
        _axes.Add(axis);
        _indices.Add(indices);
    }

    // Broadcasts without knowing lengths: a zero of the common shape is added to each.
    private void Align(ConversionContext c)
    {
        var zero = c.Scalar(0, ScalarType.Int64);
        var zeros = _indices.Select(i => c.Op("Mul", [i, zero])).Aggregate((a, b) => c.Op("Add", [a, b]));
        for (var i = 0; i < _indices.Count; i++)
            _indices[i] = c.Op("Add", [_indices[i], zeros]);
    }

    private string Table(ConversionContext c) => _indices.Count == 1
        ? c.Unsqueeze(_indices[0], Broadcast.Count)
        : c.Op("Concat", _indices.Select(i => c.Unsqueeze(i, Broadcast.Count)), ("axis", (long)Broadcast.Count));

    private IEnumerable<long> IndexedFirst() => [.. _axes, .. ShapeBlocks.AxesInOrder(_rank).Except(_axes)];

    // The result's axes with those of the index tensors in front.
    private List<long> PicksFirst()
    {
        var axes = ShapeBlocks.AxesInOrder(_rank - _axes.Count + Broadcast.Count);
        var picks = axes.GetRange(At, Broadcast.Count);
        return [.. picks, .. axes.Except(picks)];
    }
}
