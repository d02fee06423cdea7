using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Operators that put axes, or the elements along them, into another order.</summary>
internal static class AxisOrders
{
    [Converts("Tensor.transpose")]
    internal static string Transpose(ConversionContext c) =>
        c.Rank("self") == 0 ? c.Op("Identity", [c.Tensor("self")]) : Swapped(c, c.Tensor("self"), c.AxisOf("dim0"), c.AxisOf("dim1"));

    [Converts("Tensor.t", "Tensor.get_mT", "Tensor.get_mH", "Tensor.adjoint")]
    internal static string Matrix(ConversionContext c)
    {
        var rank = c.Rank("self");
        return rank < 2 ? c.Op("Identity", [c.Tensor("self")]) : Swapped(c, c.Tensor("self"), rank - 2, rank - 1);
    }

    [Converts("Tensor.permute")]
    internal static string Permute(ConversionContext c) => c.Op("Transpose", [c.Tensor("self")], ("perm", c.AxesOf("permutation")));

    [Converts("Tensor.movedim")]
    internal static string MoveAxes(ConversionContext c) => c.Op("Transpose", [c.Tensor("self")], ("perm", MovedAxes(c)));

    /// <summary>The axes of a movedim's receiver in the order of its result.</summary>
    internal static long[] MovedAxes(ConversionContext c)
    {
        var (from, to) = (c.AxesOf("source"), c.AxesOf("destination"));
        var order = new long[c.Rank("self")];
        var stay = new Queue<long>(ShapeBlocks.AxesInOrder(order.Length).Except(from));
        for (var axis = 0; axis < order.Length; axis++)
            order[axis] = Array.IndexOf(to, axis) is var at and >= 0 ? from[at] : stay.Dequeue();
        return order;
    }

    [Converts("Tensor.flip")]
    internal static string Flip(ConversionContext c) => Flipped(c, c.Tensor("self"), c.AxesOf("dims"));

    [Converts("Tensor.flipud")]
    internal static string FlipRows(ConversionContext c) => Flipped(c, c.Tensor("self"), [0]);

    [Converts("Tensor.fliplr")]
    internal static string FlipColumns(ConversionContext c) => Flipped(c, c.Tensor("self"), [1]);

    // Managed overloads all end in this one.
    [Converts("Tensor._roll")]
    internal static string Roll(ConversionContext c)
    {
        var shifts = c.Ints("shifts");
        var name = c.Tensor("self");
        if (c.Has("dims") && c.Items("dims").Count > 0)
        {
            var axes = c.AxesOf("dims");
            for (var i = 0; i < axes.Length; i++)
                name = Rolled(c, name, axes[i], c.Shape("self")[(int)axes[i]], shifts[i]);
            return name;
        }

        var flat = c.Op("Reshape", [name, c.Vector(-1)]);
        return c.ReshapeToResult(Rolled(c, flat, 0, ShapeBlocks.Product(c.Shape("self")), shifts[0]));
    }

    [Converts("Tensor.rot90")]
    internal static string Rotate(ConversionContext c)
    {
        var axes = c.Has("dims") ? c.AxesOf("dims") : [0, 1];
        var name = c.Tensor("self");
        return (((c.Int("k", 1) % 4) + 4) % 4) switch
        {
            0 => c.Op("Identity", [name]),
            1 => Swapped(c, Flipped(c, name, [axes[1]]), axes[0], axes[1]),
            2 => Flipped(c, name, axes),
            _ => Flipped(c, Swapped(c, name, axes[0], axes[1]), [axes[1]]),
        };
    }

    // Channels [group, member] become [member, group].
    [Converts("Tensor.channel_shuffle")]
    internal static string ShuffleChannels(ConversionContext c)
    {
        var shape = c.Shape("self");
        var groups = c.Int("groups");
        var members = c.Length("self", 1) / groups;
        var split = c.Reshape(c.Tensor("self"), [shape[0], new SymbolicNumber(groups), new SymbolicNumber(members), .. shape.Skip(2)]);
        return c.Reshape(Swapped(c, split, 1, 2, shape.Count + 1), shape);
    }

    private static string Swapped(ConversionContext c, string name, long a, long b, int? rank = null)
    {
        var order = ShapeBlocks.AxesInOrder(rank ?? c.Rank("self"));
        (order[(int)a], order[(int)b]) = (order[(int)b], order[(int)a]);
        return c.Op("Transpose", [name], ("perm", order.ToArray()));
    }

    private static string Flipped(ConversionContext c, string name, long[] axes)
    {
        long[] Every(long value) => [.. axes.Select(_ => value)];
        return axes.Length == 0
            ? c.Op("Identity", [name])
            : c.Op("Slice", [name, c.Vector(Every(-1)), c.Vector(Every(long.MinValue)), c.Vector(axes), c.Vector(Every(-1))]);
    }

    private static string Rolled(ConversionContext c, string name, long axis, SymbolicNumber length, long shift)
    {
        if (length.IsConstant)
        {
            var n = (long)length.Constant;
            var by = n == 0 ? 0 : ((shift % n) + n) % n;
            return by == 0
                ? c.Op("Identity", [name])
                : c.Op("Concat", [c.Slice(name, axis, new SymbolicNumber(n - by)), c.Slice(name, axis, new SymbolicNumber(0), new SymbolicNumber(n - by))], ("axis", axis));
        }

        // Element i comes from (i - shift) modulo the length; Mod's sign is the divisor's.
        var moved = c.Op("Sub", [c.Counting(length), c.Scalar(shift, ScalarType.Int64)]);
        return c.Op("Gather", [name, c.Op("Mod", [moved, c.LengthScalar(length)])], ("axis", axis));
    }
}
