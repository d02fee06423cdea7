using MLPipeline.Export.Tracing.Recording;
using TorchSharp;

namespace MLPipeline.Export.Converters;

/// <summary>Padding. PyTorch names the axes from the last one: left, right, top, bottom, front, back.</summary>
internal static class Pads
{
    [Converts("functional.pad")]
    internal static string Pad(ConversionContext c)
    {
        var rank = c.Rank("input");
        var asked = c.Lengths("pad");
        if (c.Argument("pad") is Argument.Integer)
            asked = [.. Enumerable.Repeat(asked[0], 2 * rank)];
        var sides = Enumerable.Range(0, rank).Select(_ => (Before: new SymbolicNumber(0), After: new SymbolicNumber(0))).ToArray();
        for (var i = 0; i < asked.Count / 2; i++)
            sides[rank - 1 - i] = (asked[2 * i], asked[(2 * i) + 1]);
        return c.Literal("mode") switch
        {
            PaddingModes.Reflect => Mirrored(c, sides, "reflect"),
            PaddingModes.Replicate => Mirrored(c, sides, "edge"),
            PaddingModes.Circular => Circular(c, sides),
            _ => Constant(c, sides),
        };
    }

    private static string Constant(ConversionContext c, (SymbolicNumber Before, SymbolicNumber After)[] sides)
    {
        var type = Kernels.TypeFor("Pad", c.ResultType, c.Opset);
        var value = c.Constant(c.Number("value", 0), c.ResultType).To(type);
        List<string> inputs = [c.Cast(c.Tensor("input"), c.ResultType, type), Amounts(c, sides)];
        // Nothing stands for zero.
        if (c.Number("value", 0) != 0)
            inputs.Add(value.Name);
        return c.Cast(c.Op("Pad", inputs, ("mode", "constant")), type, c.ResultType);
    }

    private static string Mirrored(ConversionContext c, (SymbolicNumber Before, SymbolicNumber After)[] sides, string mode)
    {
        RefuseCropping(sides);
        return new Term(c, c.Tensor("input"), c.ResultType).Run("Pad", input => c.Op("Pad", [input, Amounts(c, sides)], ("mode", mode))).Name;
    }

    // Axis by axis the end comes in front and the front behind; ONNX has a mode for it from opset 19 on.
    private static string Circular(ConversionContext c, (SymbolicNumber Before, SymbolicNumber After)[] sides)
    {
        RefuseCropping(sides);
        var name = c.Tensor("input");
        for (var axis = 0; axis < sides.Length; axis++)
        {
            var length = c.Shape("input")[axis];
            var (before, after) = sides[axis];
            if (before.Is(0) && after.Is(0))
                continue;
            List<string> parts = [name];
            if (!before.Is(0))
                parts.Insert(0, c.Slice(name, axis, length.Minus(before)));
            if (!after.Is(0))
                parts.Add(c.Slice(name, axis, new SymbolicNumber(0), after));
            name = c.Op("Concat", parts, ("axis", (long)axis));
        }

        return name;
    }

    private static void RefuseCropping((SymbolicNumber Before, SymbolicNumber After)[] sides)
    {
        if (sides.Any(s => s.Before.Seen.Any(v => v < 0) || s.After.Seen.Any(v => v < 0)))
            throw new ConversionException("negative padding is supported where a constant is padded with; slice instead");
    }

    // What was never below zero where it was traced, and would be for other lengths, was max(0, ...) or is no such function: it must not crop.
    private static string Amounts(ConversionContext c, (SymbolicNumber Before, SymbolicNumber After)[] sides)
    {
        List<SymbolicNumber> amounts = [.. sides.Select(s => s.Before), .. sides.Select(s => s.After)];
        var vector = c.ShapeVector(amounts);
        return amounts.Any(MayTurn) ? c.Op("Max", [vector, c.Vector([.. amounts.Select(a => MayTurn(a) ? 0 : long.MinValue)])]) : vector;
    }

    private static bool MayTurn(SymbolicNumber amount) =>
        amount.Affine is { } affine && affine.Slopes.Any(s => s < 0) && amount.Seen.All(v => v >= 0);
}
