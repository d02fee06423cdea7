using System.Globalization;

namespace MLPipeline.Cli.UserModules;

/// <summary>Which axes may have any length, as the command line gives them: <c>input.0=batch</c>.</summary>
internal static class AxisNames
{
    /// <summary>Reads <c>INPUT.AXIS=NAME</c> items.</summary>
    /// <param name="items">What was given.</param>
    /// <param name="inputs">The inputs' names.</param>
    /// <exception cref="UsageException">An item is not of that form, or names no input.</exception>
    public static IReadOnlyDictionary<int, IReadOnlyDictionary<int, string>> Parse(IEnumerable<string> items, IReadOnlyList<string> inputs)
    {
        var axes = new Dictionary<int, Dictionary<int, string>>();
        foreach (var item in items)
        {
            var (input, axis, name) = Read(item, inputs);
            if (!axes.TryGetValue(input, out var named))
                axes[input] = named = [];
            if (!named.TryAdd(axis, name))
                throw new UsageException($"--dynamic names axis {axis} of '{inputs[input]}' twice.");
        }
        return axes.ToDictionary(a => a.Key, a => (IReadOnlyDictionary<int, string>)a.Value);
    }

    private static (int Input, int Axis, string Name) Read(string item, IReadOnlyList<string> inputs)
    {
        var equals = item.IndexOf('=');
        var dot = equals < 0 ? -1 : item.LastIndexOf('.', equals);
        if (dot < 1 || equals == item.Length - 1 || !int.TryParse(item[(dot + 1)..equals], NumberStyles.None, CultureInfo.InvariantCulture, out var axis))
            throw new UsageException($"--dynamic is '{item}'; it must be INPUT.AXIS=NAME, for example {inputs[0]}.0=batch.");
        var input = inputs.ToList().IndexOf(item[..dot]);
        return input >= 0
            ? (input, axis, item[(equals + 1)..])
            : throw new UsageException($"--dynamic is '{item}', but there is no input '{item[..dot]}'; the inputs are {string.Join(", ", inputs)}.");
    }
}
