using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>
/// A value of the graph being written, and its type: converters write formulas with it as they stand on paper. Both operands of an operator are
/// of one type. Where ONNX Runtime has no kernel for a type, the node runs in a wider one, which changes no result.
/// </summary>
/// <param name="Context">The call being converted.</param>
/// <param name="Name">The value's name.</param>
/// <param name="Type">Its element type.</param>
internal sealed record Term(ConversionContext Context, string Name, ScalarType Type)
{
    public static Term operator +(Term a, Term b) => a.With(b, "Add");

    public static Term operator +(Term a, double b) => a + a.Number(b);

    public static Term operator -(Term a, Term b) => a.With(b, "Sub");

    public static Term operator -(Term a, double b) => a - a.Number(b);

    public static Term operator -(double a, Term b) => b.Number(a) - b;

    public static Term operator -(Term a) => a.Apply("Neg");

    public static Term operator *(Term a, Term b) => a.With(b, "Mul");

    public static Term operator *(Term a, double b) => a * a.Number(b);

    public static Term operator /(Term a, Term b) => a.With(b, "Div");

    public static Term operator /(Term a, double b) => a / a.Number(b);

    public static Term operator <(Term a, Term b) => a.Compare(b, "Less");

    public static Term operator <(Term a, double b) => a < a.Number(b);

    public static Term operator >(Term a, Term b) => a.Compare(b, "Greater");

    public static Term operator >(Term a, double b) => a > a.Number(b);

    public static Term operator <=(Term a, Term b) => a.Compare(b, "LessOrEqual");

    public static Term operator <=(Term a, double b) => a <= a.Number(b);

    public static Term operator >=(Term a, Term b) => a.Compare(b, "GreaterOrEqual");

    public static Term operator >=(Term a, double b) => a >= a.Number(b);

    public static Term operator &(Term a, Term b) => a.With(b, "And");

    public static Term operator |(Term a, Term b) => a.With(b, "Or");

    public static Term operator ^(Term a, Term b) => a.With(b, "Xor");

    public static Term operator !(Term a) => a.Apply("Not");

    /// <summary>A number of this term's type.</summary>
    public Term Number(double value) => Context.Constant(value, Type);

    /// <summary>Where the two are equal.</summary>
    public Term Is(Term other) => Compare(other, "Equal");

    /// <summary>Where this is that number.</summary>
    public Term Is(double other) => Is(Number(other));

    /// <summary>For a truth value: the one where it is true, else the other.</summary>
    public Term Choose(Term whenTrue, Term whenFalse)
    {
        var type = Kernels.TypeFor("Where", whenTrue.Type, Context.Opset);
        var chosen = Context.Op("Where", [Name, whenTrue.To(type).Name, whenFalse.To(type).Name]);
        return new Term(Context, chosen, type).To(whenTrue.Type);
    }

    /// <summary>The value in another type; to bool, whether it is not 0.</summary>
    public Term To(ScalarType type) => type == Type ? this : new Term(Context, Context.Cast(Name, Type, type), type);

    /// <summary>An operator of this term alone.</summary>
    public Term Apply(string op, params IEnumerable<(string Name, AttributeValue Value)> attributes)
    {
        var type = Kernels.TypeFor(op, Type, Context.Opset);
        return new Term(Context, Context.Op(op, [To(type).Name], attributes), type).To(Type);
    }

    /// <summary>An operator of two terms of one type.</summary>
    public Term With(Term other, string op, params IEnumerable<(string Name, AttributeValue Value)> attributes)
    {
        var type = Kernels.TypeFor(op, Type, Context.Opset);
        return new Term(Context, Context.Op(op, [To(type).Name, other.To(type).Name], attributes), type).To(Type);
    }

    /// <summary>An operator that a function writes, in the type it has a kernel for.</summary>
    public Term Run(string op, Func<string, string> write)
    {
        var type = Kernels.TypeFor(op, Type, Context.Opset);
        return new Term(Context, write(To(type).Name), type).To(Type);
    }

    /// <summary>A question about this term.</summary>
    public Term Ask(string op)
    {
        var type = Kernels.TypeFor(op, Type, Context.Opset);
        return new Term(Context, Context.Op(op, [To(type).Name]), ScalarType.Bool);
    }

    private Term Compare(Term other, string op)
    {
        var type = Kernels.TypeFor(op, Type, Context.Opset);
        return new Term(Context, Context.Op(op, [To(type).Name, other.To(type).Name]), ScalarType.Bool);
    }
}
