using System.Reflection;

namespace MLPipeline.Export.Tracing.Rewriting;

/// <summary>Numbers methods, so that emitted code can name one with an integer.</summary>
internal static class MethodTable
{
    private static readonly List<MethodBase> Methods = [];
    private static readonly Dictionary<MethodBase, int> Numbers = [];
    private static readonly Lock Gate = new();

    /// <summary>The number of a method.</summary>
    public static int NumberOf(MethodBase method)
    {
        lock (Gate)
        {
            if (Numbers.TryGetValue(method, out var known))
                return known;
            Methods.Add(method);
            return Numbers[method] = Methods.Count - 1;
        }
    }

    /// <summary>The method of a number.</summary>
    public static MethodBase Of(int number)
    {
        lock (Gate)
            return Methods[number];
    }
}
