using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Converters;

/// <summary>Turns a traced program into a graph.</summary>
internal static class ProgramConverter
{
    /// <summary>Runs the converter of every call.</summary>
    /// <exception cref="ExportException">Some calls can't be expressed, or the program had problems already; lists all of them.</exception>
    public static void Convert(TracedProgram program, GraphBuilder builder, IReadOnlyList<string> outputNames, int opset)
    {
        var problems = new List<string>(program.Problems);
        Exception? fault = null;
        foreach (var call in program.Calls)
        {
            try
            {
                Convert(call, builder, opset);
                continue;
            }
            catch (ConversionException e)
            {
                if (e is not UnknownTensorException || program.Problems.Count == 0)
                    problems.Add($"{call.Method}: {e.Message}, at {call.Place}");
            }
            catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
            {
                // The rest is looked at all the same, and the first fault goes along as the cause.
                fault ??= e;
                problems.Add($"{call.Method}: a fault of the converter: {e.GetType().Name}, {e.Message}, at {call.Place}");
            }

            // Whoever uses the result would fail for no reason of its own; a placeholder lets the rest be looked at.
            foreach (var result in call.Results)
                builder.Name(result, builder.Graph.UniqueName("missing"));
        }

        if (problems.Count > 0)
            throw new ExportException(problems, fault);
        if (!program.Outputs.Any(o => o.Value.DependsOnInput))
            throw new ExportException(["no output depends on any input: the file would give the same whatever it is fed. The code took a branch that makes a constant, or computed where it can't be followed"]);
        AddOutputs(program, builder, outputNames);
    }

    private static void Convert(TracedCall call, GraphBuilder builder, int opset)
    {
        var names = (call.Custom ?? ConverterRegistry.Of(call.Key))(new ConversionContext(builder, call, opset));
        for (var i = 0; i < names.Count; i++)
            builder.Name(call.Results[i], names[i]);
    }

    private static void AddOutputs(TracedProgram program, GraphBuilder builder, IReadOnlyList<string> outputNames)
    {
        for (var i = 0; i < program.Outputs.Count; i++)
        {
            var (place, value) = program.Outputs[i];
            if (value.Elements is not null && !builder.IsNamed(value))
                throw new ExportException([$"output {place} {TraceMerger.UnknownTensor(value.Shape)}"]);
            builder.Graph.Add("Identity", [builder.NameOf(value)], [outputNames[i]]);
            builder.Graph.Outputs.Add(new ValueInfo(outputNames[i], ElementTypeMap.Of(value.Type), builder.Dims(value)));
        }
    }
}
