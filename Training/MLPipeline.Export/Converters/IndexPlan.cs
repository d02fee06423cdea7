using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Converters;

/// <summary>
/// What an index expression does to a tensor. First its integers, slices and new axes make a view, as if there were nothing else (so PyTorch does, unlike
/// NumPy); then its tensors pick places of that view.
/// </summary>
internal sealed class IndexPlan
{
    private readonly List<IndexItem> _ofAxis = [];
    private readonly List<int?> _layout = [];
    private readonly List<(int At, IndexItem.Places Places)> _picks = [];

    /// <summary>Reads an index expression.</summary>
    /// <param name="items">Its items.</param>
    /// <param name="shape">The lengths of the tensor's axes.</param>
    public IndexPlan(IReadOnlyList<IndexItem> items, IReadOnlyList<SymbolicNumber> shape)
    {
        Shape = shape;
        var hidden = shape.Count - items.Sum(AxesNamed);
        foreach (var item in items)
            Add(item, hidden);
        while (_ofAxis.Count < shape.Count)
            Keep(new IndexItem.Slice(null, null, 1));
    }

    /// <summary>The lengths of the tensor's axes.</summary>
    public IReadOnlyList<SymbolicNumber> Shape { get; }

    /// <summary>What is done to each axis of the tensor: an integer, a scalar or a slice.</summary>
    public IReadOnlyList<IndexItem> OfAxis => _ofAxis;

    /// <summary>The axes of the view: an axis of the tensor, or null for a new one.</summary>
    public IReadOnlyList<int?> Layout => _layout;

    /// <summary>The tensors, each with the first axis of the view that it picks places of.</summary>
    public IReadOnlyList<(int At, IndexItem.Places Places)> Picks => _picks;

    /// <summary>The places of an axis that the view shows.</summary>
    public AxisRegion RegionOf(int axis) => _ofAxis[axis] switch
    {
        IndexItem.Single single => AxisRegion.OfSingle(Shape[axis], single.Index),
        IndexItem.Slice slice => AxisRegion.OfSlice(Shape[axis], slice.Start, slice.Stop, slice.Step),
        _ => new AxisRegion(new SymbolicNumber(0), new SymbolicNumber(1), 1),
    };

    /// <summary>Whether the view shows an axis from end to end.</summary>
    public bool IsWhole(int axis) => _ofAxis[axis] is IndexItem.Slice && RegionOf(axis).IsAll(Shape[axis]);

    /// <summary>The lengths of the view's axes.</summary>
    public IReadOnlyList<SymbolicNumber> ViewShape() => [.. _layout.Select(axis => axis is { } a ? RegionOf(a).Length : new SymbolicNumber(1))];

    /// <summary>The view of a value.</summary>
    public string View(ConversionContext c, string name)
    {
        var sliced = Enumerable.Range(0, Shape.Count).Where(a => _ofAxis[a] is IndexItem.Slice { IsAll: false }).ToList();
        if (sliced.Count > 0)
        {
            List<IndexItem.Slice> slices = [.. sliced.Select(a => (IndexItem.Slice)_ofAxis[a])];
            name = c.Op(
                "Slice",
                [
                    name,
                    c.ShapeVector([.. slices.Select(s => s.Start ?? new SymbolicNumber(0))]),
                    c.ShapeVector([.. slices.Select(s => s.Stop ?? new SymbolicNumber(long.MaxValue))]),
                    c.Vector([.. sliced.Select(a => (long)a)]),
                    c.Vector([.. slices.Select(s => s.Step)]),
                ]);
        }

        for (var axis = Shape.Count - 1; axis >= 0; axis--)
        {
            name = _ofAxis[axis] switch
            {
                IndexItem.Single single => c.Take(name, axis, single.Index),
                IndexItem.Scalar scalar => c.Op("Gather", [name, c.Places(scalar.Value)], ("axis", (long)axis)),
                _ => name,
            };
        }

        return c.Unsqueeze(name, [.. Enumerable.Range(0, _layout.Count).Where(i => _layout[i] is null).Select(i => (long)i)]);
    }

    private static int AxesNamed(IndexItem item) => item switch
    {
        IndexItem.NewAxis or IndexItem.Ellipsis => 0,
        IndexItem.Places { IsMask: true } mask => mask.Value.Shape.Length,
        _ => 1,
    };

    private void Add(IndexItem item, int hidden)
    {
        // PyTorch counts a mask as one axis for what comes after it; what that means is anyone's guess.
        if (_picks.Any(p => p.Places is { IsMask: true, Value.Shape.Length: > 1 }) && item is not (IndexItem.Ellipsis or IndexItem.NewAxis))
            throw new ConversionException("an index after a mask of several axes is not supported; index in two steps");
        switch (item)
        {
            case IndexItem.Ellipsis:
                for (var i = 0; i < hidden; i++)
                    Keep(new IndexItem.Slice(null, null, 1));
                break;
            case IndexItem.NewAxis:
                _layout.Add(null);
                break;
            case IndexItem.Places places:
                _picks.Add((_layout.Count, places));
                for (var i = 0; i < AxesNamed(places); i++)
                    Keep(new IndexItem.Slice(null, null, 1));
                break;
            case IndexItem.Slice slice:
                Keep(slice);
                break;
            default:
                _ofAxis.Add(item);
                break;
        }
    }

    private void Keep(IndexItem.Slice slice)
    {
        _layout.Add(_ofAxis.Count);
        _ofAxis.Add(slice);
    }
}
