using System.CommandLine;
using System.Globalization;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary>Options whose value must lie in a range; the error quotes the value.</summary>
internal static class Ranged
{
    /// <summary>A whole number, <paramref name="least"/> or more.</summary>
    public static Option<int?> AtLeast(int least, string name, string helpName, string description) =>
        Checked<int>(name, helpName, description, value => value >= least, $"{least} or more");

    /// <summary>A number above 0.</summary>
    public static Option<double?> AboveZero(string name, string helpName, string description) =>
        Checked<double>(name, helpName, description, value => value > 0 && double.IsFinite(value), "a number above 0");

    /// <summary>A whole number from one to another.</summary>
    public static Option<int?> Between(string name, string helpName, string description, int low, int high) =>
        Checked<int>(name, helpName, description, value => value >= low && value <= high, $"{low} to {high}");

    /// <summary>Makes an option accept one of some words only, whatever their case.</summary>
    public static void AcceptOneOf<T>(Option<T> option, IReadOnlyList<string> words)
    {
        option.HelpName = string.Join('|', words);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..] && !words.Contains(text, StringComparer.OrdinalIgnoreCase))
                result.AddError($"{option.Name} is '{text}'; it must be {string.Join(", ", words.SkipLast(1))} or {words[^1]}.");
        });
    }

    private static Option<T?> Checked<T>(string name, string helpName, string description, Func<T, bool> legal, string range)
        where T : struct, IParsable<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                // A comma would be taken for a thousands separator: 0,01 for 1.
                if (!text.Contains(',') && T.TryParse(text, CultureInfo.InvariantCulture, out var value) && legal(value))
                    return value;
                result.AddError($"{name} is '{text}'; it must be {range}.");
                return null;
            },
        };
}
