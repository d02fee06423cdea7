using MLPipeline.Export.Converters.Lengths;
using MLPipeline.Export.Tracing.Recording;

namespace MLPipeline.Export.Tests.Converters.Lengths;

public class LengthSearchTests
{
    private static readonly long[][] Points = [[2, 16], [5, 16], [2, 32], [1, 17], [3, 48], [4, 15], [7, 18]];
    private static readonly KnownLength[] Symbols = [Known("n", p => p[0]), Known("t", p => p[1])];

    [Theory]
    [InlineData("2*n+3", "2*n+3")]
    [InlineData("2*t-n", "-1*n+2*t")]
    [InlineData("7-t", "-1*t+7")]
    [InlineData("t/2", "t//2")]
    [InlineData("(t+1)/2", "(t+1)//2")]
    [InlineData("(t-1)/2", "(t-1)//2")]
    [InlineData("(t-1)/2+1", "(t+1)//2")]
    [InlineData("(t-1)/4+3", "(t+3)//4+2")]
    [InlineData("n*t", "n*t")]
    [InlineData("12*n*t", "12*(n*t)")]
    [InlineData("n*t*t", "(n*t)*t")]
    [InlineData("n*t/3", "(n*t)//3")]
    [InlineData("t*t", "t*t")]
    [InlineData("t/2*2", "2*(t//2)")]
    [InlineData("t%7", "-7*(t//7)+t")]
    [InlineData("(8-t%8)%8", "8*((t+7)//8)-t")]
    [InlineData("t^n", null)]
    [InlineData("min(t,20)", null)]
    public void Simplest_form_of_the_symbols_is_found(string function, string? expected)
    {
        var wanted = SymbolicNumber.Of(Points, [.. Points.Select(p => (double)Evaluate(function, p[0], p[1]))]);
        Assert.Equal(expected, new LengthSearch(Symbols, Symbols).Find(wanted)?.ToString());
    }

    [Fact]
    public void Length_that_a_value_has_is_taken_from_there()
    {
        double[] strange = [3, 1, 4, 1, 5, 9, 2];
        KnownLength[] known = [.. Symbols, new KnownLength("strange", strange)];
        var search = new LengthSearch(Symbols, known);
        Assert.Equal("strange", search.Find(SymbolicNumber.Of(Points, strange))?.ToString());
        Assert.Equal("2*strange+1", search.Find(SymbolicNumber.Of(Points, [.. strange.Select(s => 2 * s + 1)]))?.ToString());
        Assert.Equal("n+strange", search.Find(SymbolicNumber.Of(Points, [.. strange.Zip(Points, (s, p) => s + p[0])]))?.ToString());
        Assert.Equal("t-strange", search.Find(SymbolicNumber.Of(Points, [.. strange.Zip(Points, (s, p) => p[1] - s)]))?.ToString());
    }

    [Fact]
    public void Fractions_are_no_lengths() =>
        Assert.Null(new LengthSearch(Symbols, Symbols).Find(SymbolicNumber.Of(Points, [.. Points.Select(p => Math.Sqrt(p[1]))])));

    private static KnownLength Known(string name, Func<long[], long> at) => new(name, [.. Points.Select(p => (double)at(p))]);

    private static long Evaluate(string function, long n, long t) => function switch
    {
        "2*n+3" => 2 * n + 3,
        "2*t-n" => 2 * t - n,
        "7-t" => 7 - t,
        "t/2" => t / 2,
        "(t+1)/2" => (t + 1) / 2,
        "(t-1)/2" => (t - 1) / 2,
        "(t-1)/2+1" => (t - 1) / 2 + 1,
        "(t-1)/4+3" => (t - 1) / 4 + 3,
        "n*t" => n * t,
        "12*n*t" => 12 * n * t,
        "n*t*t" => n * t * t,
        "n*t/3" => n * t / 3,
        "t*t" => t * t,
        "t/2*2" => t / 2 * 2,
        "t%7" => t % 7,
        "(8-t%8)%8" => (8 - t % 8) % 8,
        "t^n" => (long)Math.Pow(t, n),
        "min(t,20)" => Math.Min(t, 20),
        _ => throw new ArgumentException(function),
    };
}
