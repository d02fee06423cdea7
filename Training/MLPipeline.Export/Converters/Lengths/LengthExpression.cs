namespace MLPipeline.Export.Converters.Lengths;

/// <summary>A length that some value of the graph has.</summary>
/// <param name="Text">What messages and axes call it: the symbol's name, or what it is worked out from.</param>
/// <param name="Seen">What it was at each traced point.</param>
internal sealed record KnownLength(string Text, IReadOnlyList<double> Seen);

/// <summary>A length written with known ones. It can be worked out by hand at the traced points, and by nodes in the graph.</summary>
internal abstract record LengthExpression
{
    /// <summary>Its value at a traced point.</summary>
    public abstract double At(int point);

    /// <summary>A number.</summary>
    /// <param name="Value">The number.</param>
    public sealed record Fixed(long Value) : LengthExpression
    {
        /// <inheritdoc/>
        public override double At(int point) => Value;

        /// <inheritdoc/>
        public override string ToString() => Value.ToString();
    }

    /// <summary>A known length.</summary>
    /// <param name="Length">The length.</param>
    public sealed record Known(KnownLength Length) : LengthExpression
    {
        /// <inheritdoc/>
        public override double At(int point) => Length.Seen[point];

        /// <inheritdoc/>
        public override string ToString() => Length.Text;
    }

    /// <summary>Two lengths under one of ONNX's operators on int64: Add, Sub, Mul, or Div, which drops the remainder.</summary>
    /// <param name="OpType">The operator.</param>
    /// <param name="Left">Its first operand.</param>
    /// <param name="Right">Its second.</param>
    public sealed record Binary(string OpType, LengthExpression Left, LengthExpression Right) : LengthExpression
    {
        /// <inheritdoc/>
        public override double At(int point)
        {
            var (left, right) = (Left.At(point), Right.At(point));
            return OpType switch
            {
                "Add" => left + right,
                "Sub" => left - right,
                "Mul" => left * right,
                _ => Math.Truncate(left / right),
            };
        }

        /// <inheritdoc/>
        public override string ToString() => $"{Operand(Left)}{Sign}{Operand(Right)}";

        private string Sign => OpType switch { "Add" => "+", "Sub" => "-", "Mul" => "*", _ => "//" };

        private string Operand(LengthExpression side) => side is Binary && OpType is not ("Add" or "Sub") ? $"({side})" : side.ToString()!;
    }

    /// <summary>The sum; a summand of 0 is left out.</summary>
    public static LengthExpression operator +(LengthExpression left, long right) => right switch
    {
        0 => left,
        < 0 => new Binary("Sub", left, new Fixed(-right)),
        _ => new Binary("Add", left, new Fixed(right)),
    };

    /// <summary>The product; a factor of 1 is left out.</summary>
    public static LengthExpression operator *(LengthExpression left, long right) => right == 1 ? left : new Binary("Mul", new Fixed(right), left);

    /// <summary>The quotient, without the remainder.</summary>
    public static LengthExpression operator /(LengthExpression left, long right) => new Binary("Div", left, new Fixed(right));
}
