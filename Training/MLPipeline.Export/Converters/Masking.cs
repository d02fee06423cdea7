using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Choosing elements by truth values. How many there are may depend on the data: such an axis has no length in the file.</summary>
internal static class Masking
{
    [Converts("Tensor.where")]
    internal static string Where(ConversionContext c) => Choose(c, "self");

    // Without a choice it says where the condition holds: one list of places for each axis.
    [Converts("torch.where")]
    internal static IReadOnlyList<string> WhereOrPlaces(ConversionContext c)
    {
        if (c.Has("y"))
            return [Choose(c, "x")];
        var places = Places(c, "condition");
        return [.. c.Results.Select((_, axis) => c.Op("Gather", [places, c.Scalar(axis, ScalarType.Int64)], ("axis", 0L)))];
    }

    [Converts("Tensor.masked_fill")]
    internal static string MaskedFill(ConversionContext c) =>
        c.Result(c.Term("mask", ScalarType.Bool).Choose(c.Term("value", c.ResultType), c.Term("self")));

    // The n-th place of the mask takes the n-th value.
    [Converts("Tensor.masked_scatter")]
    internal static string MaskedScatter(ConversionContext c)
    {
        var shape = c.Op("Shape", [c.Tensor("self")]);
        var mask = new Term(c, Flat(c, c.Op("Expand", [c.Term("mask", ScalarType.Bool).Name, shape])), ScalarType.Bool);
        var place = new Term(c, c.Op("CumSum", [mask.To(ScalarType.Int64).Name, c.Scalar(0, ScalarType.Int64)]), ScalarType.Int64) - 1;
        // A zero behind the values leaves something to look at where there are none.
        var given = c.Op("Concat", [Flat(c, c.Tensor("value")), c.Op("Reshape", [c.Constant(0, c.Value("value").Type).Name, c.Vector(1)])], ("axis", 0L));
        var values = c.Op("Gather", [given, place.Max(place.Number(0)).Name], ("axis", 0L));
        var chosen = mask.Choose(c.Term("value") with { Name = values }, c.Term("self") with { Name = Flat(c, c.Tensor("self")) });
        return c.Op("Reshape", [c.Result(chosen), shape]);
    }

    [Converts("Tensor.masked_select")]
    internal static string MaskedSelect(ConversionContext c)
    {
        var (x, mask) = Broadcast(c, c.Tensor("self"), c.Tensor("mask"));
        return c.Op("Compress", [Flat(c, x), Flat(c, mask)], ("axis", 0L));
    }

    [Converts("Tensor.nonzero", "Tensor.argwhere")]
    internal static string Nonzero(ConversionContext c) => c.Op("Transpose", [Places(c, "self")], ("perm", (long[])[1, 0]));

    [Converts("Tensor.nonzero_as_list")]
    internal static IReadOnlyList<string> NonzeroByAxis(ConversionContext c)
    {
        var places = Nonzero(c);
        return [.. c.Results.Select((_, axis) => c.Op("Gather", [places, c.Vector(axis)], ("axis", 1L)))];
    }

    [Converts("Tensor.isin")]
    internal static string IsIn(ConversionContext c)
    {
        var type = c.Promoted("self", "test_elements");
        var x = c.Term("self", type);
        var tests = c.Term("test_elements", type);
        var equal = (x with { Name = c.Op("Unsqueeze", [x.Name, c.Vector(-1)]) }).Is(tests with { Name = Flat(c, tests.Name) });
        var found = equal.To(ScalarType.Int32).Reduce("ReduceMax", [c.Rank("self")], keepDimension: false).To(ScalarType.Bool);
        return c.Result(c.Bool("invert") ? !found : found);
    }

    private static string Choose(ConversionContext c, string whenTrue)
    {
        var type = c.Promoted(whenTrue, "y");
        return c.Result(c.Term("condition", ScalarType.Bool).Choose(c.Term(whenTrue, type), c.Term("y", type)));
    }

    private static string Places(ConversionContext c, string parameter) => c.Op("NonZero", [c.Term(parameter, ScalarType.Bool).Name]);

    private static string Flat(ConversionContext c, string name) => c.Op("Reshape", [name, c.Vector(-1)]);

    // Both in their common shape, when they have not the same already.
    private static (string X, string Mask) Broadcast(ConversionContext c, string x, string mask)
    {
        if (c.Value("self").Dims!.SequenceEqual(c.Value("mask").Dims!))
            return (x, mask);
        // The common shape is that of anything computed of the two.
        var common = c.Op("Shape", [c.Op("Or", [c.Op("Cast", [x], ("to", (long)ElementTypeMap.Of(ScalarType.Bool))), mask])]);
        return (c.Op("Expand", [x, common]), c.Op("Expand", [mask, common]));
    }
}
