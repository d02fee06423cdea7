using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Reading and writing by index expressions: <c>x[..., 0]</c>, <c>x[mask] = y</c>.</summary>
internal static class Indexing
{
    [Converts("Tensor.get_TensorItems", "Tensor.index")]
    internal static string Read(ConversionContext c)
    {
        var plan = new IndexPlan(IndexItem.Of(c), c.Shape("self"));
        var view = plan.View(c, c.Tensor("self"));
        if (plan.Picks.Count > 0)
            return new PlacePicks(c, plan).Read(c, view);
        return view == c.Tensor("self") ? c.Op("Identity", [view]) : view;
    }

    [Converts("Tensor.set_TensorItems", "Tensor.index_put")]
    internal static string Write(ConversionContext c)
    {
        var plan = new IndexPlan(IndexItem.Of(c), c.Shape("self"));
        var shape = plan.ViewShape();
        if (plan.Picks.Count == 0)
            return Spread(c, plan, c.Fitted("value", shape));
        var view = plan.View(c, c.Tensor("self"));
        if (plan.Picks is [(var at, { IsMask: true } mask)] && !c.Bool("accumulate") && Masked(c, view, at, mask.Value, shape) is { } masked)
            return Spread(c, plan, masked);
        var picks = new PlacePicks(c, plan);
        return Spread(c, plan, picks.Write(c, view, c.Fitted("value", picks.ResultShape(shape)), c.Bool("accumulate")));
    }

    /// <summary>The receiver with another view at an index expression without tensors of several places.</summary>
    internal static string WriteView(ConversionContext c, string view)
    {
        var written = Spread(c, new IndexPlan(IndexItem.Of(c), c.Shape("self")), view);
        return written == view ? c.Op("Identity", [view]) : written;
    }

    // With one value for all places of a mask, no order of places matters. Null when the values differ from place to place.
    private static string? Masked(ConversionContext c, string view, int at, TracedValue mask, IReadOnlyList<SymbolicNumber> shape)
    {
        var covered = mask.Shape.Length;
        var rank = shape.Count - covered + 1;
        var (value, dims) = c.ValueOf("value");
        if (dims.Count > rank)
            return null;
        var own = dims.Count - (rank - at);
        if (own >= 0 && dims[own]?.Is(1) != true)
            return null;
        // The one axis of the places becomes as many as the mask has.
        var fitted = own < 0 ? value : c.Unsqueeze(value, [.. Enumerable.Range(own, covered - 1).Select(i => (long)i)]);
        var spread = c.Unsqueeze(c.Mask(mask), [.. Enumerable.Range(covered, shape.Count - at - covered).Select(i => (long)i)]);
        return new Term(c, spread, ScalarType.Bool).Choose(new Term(c, fitted, c.ResultType), new Term(c, view, c.ResultType)).Name;
    }

    // Puts a changed view back where it was taken from.
    private static string Spread(ConversionContext c, IndexPlan plan, string view)
    {
        // The view's axes as the tensor's: new ones go, those of integers come back.
        var part = c.Squeeze(view, [.. Enumerable.Range(0, plan.Layout.Count).Where(i => plan.Layout[i] is null).Select(i => (long)i)]);
        part = c.Unsqueeze(part, [.. Enumerable.Range(0, plan.Shape.Count).Where(a => plan.OfAxis[a] is not IndexItem.Slice).Select(a => (long)a)]);
        return WriteAxis(c, plan, c.Tensor("self"), 0, part);
    }

    // Along each axis in turn: the places of a region are read, changed along the axes that follow, and written back.
    private static string WriteAxis(ConversionContext c, IndexPlan plan, string value, int axis, string part)
    {
        while (axis < plan.Shape.Count && plan.IsWhole(axis))
            axis++;
        if (axis == plan.Shape.Count)
            return part;
        if (plan.OfAxis[axis] is IndexItem.Scalar scalar)
        {
            var place = c.Op("Reshape", [c.Places(scalar.Value), c.Vector(1)]);
            var read = c.Op("Gather", [value, place], ("axis", (long)axis));
            return WritePlace(c, value, axis, place, WriteAxis(c, plan, read, axis + 1, part), plan.Shape.Count);
        }

        var region = plan.RegionOf(axis);
        var inner = Enumerable.Range(axis + 1, plan.Shape.Count - axis - 1).All(plan.IsWhole)
            ? part
            : WriteAxis(c, plan, c.Slice(value, axis, region.Start, region.Start.Plus(region.Length.Times(new SymbolicNumber(region.Step))), region.Step), axis + 1, part);
        return region.Write(c, value, axis, plan.Shape[axis], inner);
    }

    private static string WritePlace(ConversionContext c, string value, int axis, string place, string part, int rank)
    {
        List<long> order = [axis, .. ShapeBlocks.AxesInOrder(rank).Where(a => a != axis)];
        var written = c.Op("ScatterND", [c.Transpose(value, order), c.Unsqueeze(place, 1), c.Transpose(part, order)]);
        return c.TransposeBack(written, order);
    }
}
