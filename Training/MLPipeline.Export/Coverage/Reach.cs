using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using MLPipeline.Export.Converters;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Export.Tracing.Rewriting;

namespace MLPipeline.Export.Coverage;

/// <summary>What a TorchSharp method comes to when it is entered: follows its calls, as rewritten code would, to converters and to native functions.</summary>
/// <remarks>
/// All branches are followed, so a method counts as refused when one of its branches is. A native function counts when code that takes a
/// tensor's pointer calls it: one that makes a tensor of numbers is no obstacle.
/// </remarks>
internal static class Reach
{
    // Branches that inference does not take: where the caller gives axes names, and where a batch norm in training counts its batches.
    private const string NamesAxes = "THSTensor_rename_", CountsBatches = "THSTensor_item";
    private static readonly ConcurrentDictionary<MethodBase, IReadOnlyList<MethodBase>> Known = new();

    /// <summary>What stands in the way of a method: native functions and reads of elements, in order of name; empty when nothing does.</summary>
    public static IReadOnlyList<string> Obstacles(MethodBase method)
    {
        var seen = new HashSet<MethodBase> { method };
        var left = new Queue<MethodBase>([method]);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        while (left.TryDequeue(out var at))
        {
            switch (CallPolicy.Of(at))
            {
                case Treatment.Enter:
                    Enter(at, seen, left, found);
                    break;
                case Treatment.Record when ConverterRegistry.Find(at) is { } converter && ConverterRegistry.Refuses(converter):
                    found.Add($"{converter.Key}, which ONNX has no counterpart of");
                    break;
                case Treatment.Read:
                    found.Add($"reads elements ({at.Name})");
                    break;
                case Treatment.Obscure:
                    found.Add($"{at.Name} can't be copied");
                    break;
                case Treatment.Native when at == method && NativeFacts.Reads(at.Name):
                    found.Add(at.Name);
                    break;
            }
        }

        if (method.DeclaringType!.Name == "BatchNorm")
            found.Remove(CountsBatches);
        return [.. found];
    }

    private static void Enter(MethodBase method, HashSet<MethodBase> seen, Queue<MethodBase> left, SortedSet<string> found)
    {
        var called = CalledBy(method);
        var handsOver = TakesPointers(method);
        foreach (var next in called)
        {
            if (CallPolicy.Of(next) == Treatment.Native)
            {
                if (handsOver && NativeFacts.Reads(next.Name) && next.Name != NamesAxes)
                    found.Add(next.Name);
            }
            else if (seen.Add(next))
            {
                left.Enqueue(next);
            }
        }
    }

    // Its own code or a lambda of it asks a tensor for its pointer, or it was given pointers.
    private static bool TakesPointers(MethodBase method) =>
        CalledBy(method).Any(c => CallPolicy.Of(c) == Treatment.Take || (IsGenerated(c) && CalledBy(c).Any(inner => CallPolicy.Of(inner) == Treatment.Take)))
        || method.GetParameters().Any(p => p.ParameterType == typeof(nint));

    private static bool IsGenerated(MethodBase method) => method.DeclaringType!.IsDefined(typeof(CompilerGeneratedAttribute)) || method.Name.Contains('<');

    private static IReadOnlyList<MethodBase> CalledBy(MethodBase method) => Known.GetOrAdd(method, static m => [.. ReadCalls(m).Distinct()]);

    private static IEnumerable<MethodBase> ReadCalls(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray();
        if (code is null)
            yield break;
        var ofType = method.DeclaringType?.GetGenericArguments() ?? [];
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        foreach (var at in IlReader.Read(code).Where(i => i.OpCode.OperandType == OperandType.InlineMethod))
        {
            var target = method.Module.ResolveMethod(at.Token, ofType, ofMethod)!;
            yield return target;
            // An iterator's code is in what its object does when asked for the next item.
            if (at.OpCode == OpCodes.Newobj && target.DeclaringType is { } made && made.IsDefined(typeof(CompilerGeneratedAttribute))
                && made.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public) is { } next)
                yield return next;
        }
    }
}
